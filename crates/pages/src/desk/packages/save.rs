//! Making a package, and changing one.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_kernel::PackageId;
use ferroboard_web::forms::SavePackage;
use ferroboard_web::{Fault, Panel, body_of};

use super::SECTION;
use super::form::{PRICE, blank, edited, page, specs};
use crate::catalogue;
use crate::console::guard::Changing;
use crate::desk::fields::sent;
use crate::desk::typed::Typed;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::typed_amount::typed_amount;
use crate::visitor::Operator;

/// The plans by their numbers.
async fn plans(panel: &Panel) -> Result<Vec<(String, String)>, Fault> {
    let run = panel.run(|app| async move { app.administration.plans.list().await });
    let plans = run.await?.into_iter().map(|offered| offered.plan);
    Ok(plans.map(|plan| (plan.id.to_string(), plan.name)).collect())
}

/// The form for a new package.
pub(in crate::desk) async fn new(operator: Operator, form: Form, panel: Data<Panel>) -> PageResult {
    let plans = plans(&panel).await?;
    page(&operator, None, plans, &blank(), &form)?.answer(StatusCode::OK)
}

/// The form of a package that there is.
pub(in crate::desk) async fn show(
    operator: Operator,
    path: Path<(String, i64)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = PackageId::new(path.1);
    let run = panel.run(|app| async move { app.administration.packages.list().await });
    let packages = run.await?;
    let package = packages.iter().find(|package| package.id == id);
    let typed = edited(package.ok_or(Failure::Unknown)?);
    let plans = plans(&panel).await?;
    page(&operator, Some(id), plans, &typed, &form)?.answer(StatusCode::OK)
}

/// Makes a package, which is not on sale yet.
pub(in crate::desk) async fn create(
    operator: Operator,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    save(&operator, None, changing, form, &panel).await
}

/// Changes a package. What was bought of it stays as it was.
pub(in crate::desk) async fn change(
    operator: Operator,
    path: Path<(String, i64)>,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = PackageId::new(path.1);
    save(&operator, Some(id), changing, form, &panel).await
}

async fn save(
    operator: &Operator,
    id: Option<PackageId>,
    Changing(change): Changing,
    mut form: Form,
    panel: &Panel,
) -> PageResult {
    let typed = Typed::of(&form);
    let mut fields = sent(&specs(), &typed, &mut form, "");
    fields.put("id", id.map(PackageId::get));
    let price = typed.text(PRICE.name);
    match typed_amount(&price) {
        Some(price) => fields.put(PRICE.name, price.get()),
        // What is missing is complained of with everything else.
        None if price.is_empty() => {}
        None => {
            let lang = operator.visitor.lang();
            form.complain(PRICE.name, catalogue::text(lang, "desk.package_price_bad"));
            let plans = plans(panel).await?;
            let shown = page(operator, id, plans, &typed, &form)?;
            return shown.answer(StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    let saved: Result<(), Fault> = async {
        let body = body_of::<SavePackage>(&fields.into_input())?;
        let run = panel.run(move |app| async move {
            let (id, terms) = body.into_terms();
            app.administration.packages.save(id, terms, change).await
        });
        run.await
    }
    .await;
    match saved {
        Ok(()) => {
            let done = Flash::done("desk.package_saved");
            Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            let plans = plans(panel).await?;
            page(operator, id, plans, &typed, &form)?.answer(status)
        }
    }
}
