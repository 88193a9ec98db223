//! Calls of operations.

use std::sync::Arc;

use log::RawRequest;

use crate::api::clients::Clients;
use crate::api::{Inventory, Nodes, op, types::ProductType};

type Group = op::GetAppInstanceGroup;

const GET_LOGS: &str = "GetLogs";

/// Groups, nodes and sessions.
pub(crate) async fn groups(client: &streaming::Client) -> Result<(), streaming::Error> {
    // 2: the client's method.
    client.list_app_instance_group(op::ListAppInstanceGroup::new(ProductType::CloudApp)).await?;
    // 3: an alias.
    Group::new("aig-1", ProductType::CloudApp).call(client).await?;
    let page = op::list_nodes::Required {
        app_instance_group_id: "aig-1".to_owned(),
        page_number: 1,
        page_size: 10,
        product_type: ProductType::CloudApp,
    };
    // 4: a renamed re-export.
    Nodes::new(page).call(client).await?;
    // 5: in a macro, whose input is the name of the operation.
    send!(client, LogOffAllSessionsInAppInstanceGroup, ProductType::CloudApp, "aig-1").await?;
    // 6: in a macro of a library; other products have a method of this name.
    let (regions,) = tokio::join!(async { client.list_regions(op::ListRegions::new()).await });
    regions?;
    Ok(())
}

/// Logs and disks.
pub(crate) struct Storage {
    log: Arc<log::Client>,
    disk: disk::Client,
    inventory: Inventory,
}

impl Storage {
    pub(crate) fn new(clients: &Clients) -> Self {
        Self { log: Arc::new(clients.log.clone()), disk: clients.disk.clone(), inventory: Inventory }
    }

    pub(crate) async fn logs(&self) -> Result<(), log::Error> {
        use log::operation::CreateLogstore as Create;
        // 7, 8: a field.
        self.log.get_project(log::operation::GetProject::new("project-1")).await?;
        self.log.create_logstore(Create::new("project-1", "store-1")).await?;
        // 9: by the name, in a constant.
        let request = RawRequest::rpc(GET_LOGS).read().form("Project", "project-1").form("Logstore", "store-2");
        self.log.call_raw(request).await?;
        Ok(())
    }

    pub(crate) async fn disks(&self) -> Result<(), disk::Error> {
        let client = &self.disk;
        for id in ["d-1", "d-2"] {
            // 10: in a loop.
            client.attach_disk(disk::operation::AttachDisk::new(id, "i-1")).await?;
        }
        // 11: an operation without a documented action.
        client.delete_disk(disk::operation::DeleteDisk::new("d-1")).await?;
        if self.inventory.resize_disk() == 0 {
            // 12: three products have this method.
            disk::Client::list_regions(client, disk::operation::ListRegions::new()).await?;
        }
        Ok(())
    }
}
