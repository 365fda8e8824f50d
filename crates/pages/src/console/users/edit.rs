//! The form of a user.

use ferroboard_kernel::{GroupId, PlanId, UserId};
use ferroboard_web::forms::UpdateUser;
use serde_json::{Value, json};

use crate::console::choices;
use crate::console::form_page::{Field, FieldKind, Form};
use crate::console::forms;
use crate::console::frame::{Console, FormShape, RowId, Sent};
use crate::console::guard::Changing;
use crate::failure::{Failure, PageResult};

/// The fields. Of a user that is changed only what differs is sent on: traffic and money move meanwhile.
async fn fields(console: &Console) -> Result<Vec<Field>, Failure> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let kinds = super::list::COMMISSION_KINDS.iter();
    let kinds = kinds.map(|(code, text, _)| (code.to_string(), console.t(text)));
    Ok(vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        field("email", "console.email", FieldKind::Line).required(),
        field("password", "console.new_password", FieldKind::Secret)
            .hinted("console.password_hint", spelling),
        field(
            "plan_id",
            "console.plan",
            FieldKind::Choice(choices::plans(console).await?),
        ),
        field(
            "group_id",
            "console.group",
            FieldKind::Choice(choices::groups(console).await?),
        )
        .hinted("console.group_hint", spelling),
        field("expired_at", "console.ends", FieldKind::Time).hinted("console.ends_hint", spelling),
        field("transfer_enable", "console.quota_gb", FieldKind::Gigabytes),
        field("u", "console.upload_gb", FieldKind::Gigabytes),
        field("d", "console.download_gb", FieldKind::Gigabytes),
        field("balance", "console.balance", FieldKind::Units)
            .hinted("console.ledger_hint", spelling),
        field("commission_balance", "console.commission", FieldKind::Units),
        field(
            "commission_type",
            "console.commission_kind",
            FieldKind::Choice(kinds.collect()),
        )
        .required(),
        field(
            "commission_rate",
            "console.commission_rate",
            FieldKind::Number,
        ),
        field("discount", "console.discount", FieldKind::Number),
        field("speed_limit", "console.speed_limit", FieldKind::Number),
        field("device_limit", "console.device_limit", FieldKind::Number),
        field("invite_user_email", "console.inviter", FieldKind::Line),
        field("remarks", "console.remarks", FieldKind::Area(3)),
        field("banned", "console.banned", FieldKind::Flag),
        field("is_admin", "console.admin", FieldKind::Flag),
        field("is_staff", "console.staff", FieldKind::Flag),
    ])
}

fn shape(id: i64) -> FormShape {
    FormShape::new(
        "/users",
        "console.edit_user",
        "users/save",
        format!("users/{id}"),
    )
}

/// Shows the form with what is stored.
pub(super) async fn show(console: Console, RowId(id): RowId) -> PageResult {
    let run =
        console.run(move |app| async move { app.administration.users.find(UserId::new(id)).await });
    let (user, inviter) = run.await?;
    let values: Value = json!({
        "id": id,
        "email": user.email,
        "plan_id": user.plan.map(PlanId::get),
        "group_id": user.group.map(GroupId::get),
        "expired_at": user.expired_at,
        "transfer_enable": user.transfer_enable,
        "u": user.upload,
        "d": user.download,
        "balance": user.balance.get(),
        "commission_balance": user.commission_balance.get(),
        "commission_type": user.commission_type,
        "commission_rate": user.commission_rate,
        "discount": user.discount,
        "speed_limit": user.speed_limit,
        "device_limit": user.device_limit,
        "invite_user_email": inviter.map(|inviter| inviter.email),
        "remarks": user.remarks,
        "banned": user.banned,
        "is_admin": user.is_admin,
        "is_staff": user.is_staff,
    });
    let form = Form::filled(fields(&console).await?, &values, console.spelling).only_changes();
    console.show_form(&shape(id), &form)
}

/// Writes what was changed.
pub(super) async fn save(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(fields(&console).await?, &sent.0);
    forms::save(
        &console,
        &shape(sent.id()?),
        form,
        move |app, body: UpdateUser| async move {
            let (user, form) = body.into_form();
            app.administration.users.change(user, form, change).await
        },
    )
    .await
}
