//! A trait over the client.

use streaming::operation::*;
use streaming::{Client, Error};

/// Images, from any source.
pub(crate) trait Images {
    /// Lists them.
    fn list(&self) -> impl Future<Output = Result<usize, Error>>;
}

impl Images for Client {
    async fn list(&self) -> Result<usize, Error> {
        // 1: behind a trait.
        let response = self.list_image(ListImage::new()).await?;
        Ok(response.data.len())
    }
}

/// Lists images of any source.
pub(crate) async fn refresh(images: &impl Images) -> Result<usize, Error> {
    images.list().await
}
