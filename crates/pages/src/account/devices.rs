//! From where a customer is connected.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::DeviceOverview;
use ferroboard_devices::Device;
use ferroboard_web::Panel;

use crate::failure::{Failure, PageResult};
use crate::page::{Page, show as answer};
use crate::visitor::Customer;

#[derive(Template)]
#[template(path = "account/devices.html")]
struct DevicesPage {
    page: Page,
    view: DeviceOverview,
}

impl DevicesPage {
    /// The address, as much of it as the site shows.
    fn address(&self, device: &Device) -> String {
        device.address.shown(self.view.whole_addresses)
    }

    /// The nodes that it is connected to, those that the customer may see.
    fn nodes(&self, device: &Device) -> String {
        let names = device.nodes.iter();
        let names = names.filter_map(|node| self.view.nodes.get(node));
        let names: Vec<&str> = names.map(String::as_str).collect();
        names.join(", ")
    }
}

/// The devices; there is no such page while the site does not count them.
pub(super) async fn show(customer: Customer, panel: Data<Panel>) -> PageResult {
    let Customer { visitor, session } = customer;
    if !panel.plugins().online_devices.enabled {
        return Err(Failure::Unknown);
    }
    let run = panel.run(move |app| async move { app.online_devices.of(&session).await });
    let view = run.await?;
    answer(&DevicesPage {
        page: Page::new(&visitor, "/my/profile", "account.devices")?,
        view,
    })
}
