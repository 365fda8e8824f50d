//! `stat/getStatUser`: what a user transferred.

use actix_web::web::Data;
use ferroboard_application::UserDayView;
use ferroboard_kernel::UserId;
use ferroboard_listing::{Page, PageRule};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::statistics::numbers::Rounded;
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Of whom, and which page.
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserDaysInput {
    #[schema(value_type = i64)]
    #[param(value_type = i64)]
    user_id: UserId,
    /// The page, from 1.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    page: Page,
    /// Rows of a page, at most 1,000; 10 where nothing is said.
    #[schema(rename = "pageSize", value_type = Option<i64>)]
    #[param(rename = "pageSize", value_type = Option<i64>)]
    page_size: std::marker::PhantomData<Page>,
}

impl Body for UserDaysInput {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let user = read.required("user_id").integer().map(UserId::new).get();
        let (page, rows) = (read.given("page"), read.given("pageSize"));
        Ok(Self {
            user_id: user?,
            page: PageRule::TABLE.page(page.integer(), rows.integer()),
            page_size: std::marker::PhantomData,
        })
    }
}

/// What a user transferred.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserDays {
    data: Vec<UserDay>,
    /// Rows on all pages.
    total: i64,
}

/// What a user transferred in a day at one rate. Bytes are multiplied by the rate.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserDay {
    id: i64,
    user_id: i64,
    #[schema(value_type = f64)]
    server_rate: Rounded,
    u: i64,
    d: i64,
    /// `d` for a day.
    record_type: String,
    record_at: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<UserDayView> for UserDay {
    fn from(view: UserDayView) -> Self {
        Self {
            id: view.id,
            user_id: view.user.get(),
            server_rate: Rounded::share(view.rate, 100),
            u: view.traffic.upload,
            d: view.traffic.download,
            record_type: view.kind,
            record_at: view.day.get(),
            created_at: view.created_at.get(),
            updated_at: view.updated_at.get(),
        }
    }
}

/// What a user transferred, the latest day first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/stat/getStatUser",
    params(UserDaysInput),
    request_body = UserDaysInput,
    responses(
        (status = 200, description = "A page of it", body = UserDays),
        (status = 422, description = "No user was named", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Read(input): Read<UserDaysInput>,
    panel: Data<Panel>,
) -> Result<Bare<UserDays>, Fault> {
    let run = panel.run(move |app| async move {
        app.administration
            .days
            .of_user(input.user_id, input.page)
            .await
    });
    let found = run.await?.map(UserDay::from);
    Ok(Bare(UserDays {
        data: found.rows,
        total: found.total,
    }))
}
