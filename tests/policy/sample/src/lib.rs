//! An application that calls twelve operations of three products, in different forms.
#![deny(warnings)]

mod api;
mod images;
#[macro_use]
mod macros;
mod service;

pub use api::clients::{Clients, Error};

/// Calls every operation.
pub async fn run(clients: &Clients) -> Result<(), Error> {
    service::groups(&clients.streaming).await?;
    images::refresh(&clients.streaming).await?;
    let storage = service::Storage::new(clients);
    storage.logs().await?;
    storage.disks().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An operation that only a test uses.
    #[tokio::test]
    async fn unused() {
        let delete = |clients: &Clients| clients.log.delete_project(log::operation::DeleteProject::new("p"));
        _ = delete;
    }
}
