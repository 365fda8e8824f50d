//! What is done to packages by one button each.

use std::cmp::Ordering;

use actix_web::web::{Data, Path};
use ferroboard_kernel::PackageId;
use ferroboard_web::Panel;

use super::SECTION;
use crate::console::guard::Changing;
use crate::desk::whole_list::moved;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::visitor::Operator;

/// Does to a package what the last part of the path says. What was bought of one that is deleted stays.
pub(in crate::desk) async fn act(
    operator: Operator,
    path: Path<(String, i64, String)>,
    Changing(change): Changing,
    panel: Data<Panel>,
) -> PageResult {
    let (id, action) = (PackageId::new(path.1), path.2.clone());
    let what = match action.as_str() {
        "switch" => "desk.switched",
        "drop" => "desk.package_dropped",
        "up" | "down" => "desk.node_placed",
        _ => return Err(Failure::Unknown),
    };
    let run = panel.run(move |app| async move {
        let packages = &app.administration.packages;
        let way = match action.as_str() {
            "switch" => return packages.switch(id, change).await,
            "drop" => return packages.delete(id, change).await,
            "up" => Ordering::Less,
            _ => Ordering::Greater,
        };
        let listed = packages.list().await?.into_iter();
        let order = listed.map(|package| package.id).collect();
        match moved(order, &id, way) {
            Some(order) => packages.sort(order, change).await,
            // It is the first or the last.
            None => Ok(()),
        }
    });
    run.await?;
    Ok(Flash::done(what).and_go(&operator.visitor, &operator.to(SECTION)))
}
