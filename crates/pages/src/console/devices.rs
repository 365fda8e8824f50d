//! Who is connected, and from where.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, DeviceUser, DeviceUserFilter};
use ferroboard_kernel::UnixSeconds;

use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::frame::Console;
use super::list_page::{Column, Noun, PAGED};
use super::lists::{self, Wanted};
use crate::failure::PageResult;
use crate::routes::{at, page};

const NOUN: Noun<DeviceUser> = Noun {
    path: "devices",
    title: "console.devices",
    section: "/devices",
    listing: &PAGED,
    columns: &[
        Column::new("user", "console.user", |row: &DeviceUser| {
            Cell::user(row.row.user.get(), Some(row.row.email.as_str()))
        }),
        Column::new("plan", "console.plan", |row: &DeviceUser| {
            Cell::text(row.row.plan_name.as_deref())
        }),
        Column::new("devices", "console.online", |row: &DeviceUser| {
            Cell::Number(i64::try_from(row.overview.devices.len()).unwrap_or(i64::MAX))
        }),
        Column::new("limit", "console.device_limit", |row: &DeviceUser| {
            Cell::number(row.row.device_limit)
        }),
        Column::new("addresses", "console.address", |row: &DeviceUser| {
            let devices = row.overview.devices.iter();
            let addresses = devices.map(|device| device.address.shown(true));
            Cell::Text(addresses.collect::<Vec<_>>().join(", "))
        }),
        Column::new("seen", "console.last_online", |row: &DeviceUser| {
            Cell::time(row.row.last_online_at.map(UnixSeconds::get))
        }),
    ],
    filters: &[
        Filter::text("keyword", "console.device_keyword"),
        Filter::new(
            "online",
            "console.only_online",
            FilterKind::Choice(&[("1", "layout.yes")]),
        ),
        Filter::new(
            "exceeded",
            "console.exceeded",
            FilterKind::Choice(&[("1", "layout.yes"), ("0", "layout.no")]),
        ),
    ],
    key: |row: &DeviceUser| row.row.user.to_string(),
};

/// Mounts the page.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(at("/{console}/devices").route(page().to(list)));
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let filter = DeviceUserFilter {
            only_online: wanted.query.get("f_online").is_some(),
            exceeded: wanted
                .query
                .number("f_exceeded")
                .map(|exceeded| exceeded == 1),
            ..DeviceUserFilter::default()
        };
        let filter = match wanted.query.get("f_keyword") {
            Some(keyword) => filter.looking_for(keyword),
            None => filter,
        };
        let found = app
            .administration
            .devices
            .list(&filter, wanted.page)
            .await?;
        Ok(found.users)
    };
    lists::answer(&console, &NOUN, fetch, |_, _| {}, |_| Vec::new()).await
}
