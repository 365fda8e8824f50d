use actix_web::web::Data;
use ferroboard_knowledge::Announcement;
use ferroboard_listing::{Found, PageRule};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::answer::stored::stored_json;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// How long a page is.
const PAGES: PageRule = PageRule::always(5);

/// Which page of the announcements; a page has five.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnnouncementQuery {
    /// From 1, which is also the default.
    current: Option<i64>,
}

impl Body for AnnouncementQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let current = read.given("current").integer();
        Ok(Self { current })
    }
}

/// One page of announcements.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnnouncementPageBody {
    data: Vec<AnnouncementItem>,
    /// How many there are on all pages.
    total: i64,
}

/// An announcement. Its content is HTML as an administrator wrote it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnnouncementItem {
    id: i64,
    sort: Option<i64>,
    title: String,
    content: String,
    /// Always true.
    show: bool,
    img_url: Option<String>,
    /// `弹窗` among them asks the client to show the announcement at once.
    #[schema(value_type = Option<Vec<String>>)]
    tags: Value,
    created_at: i64,
    updated_at: i64,
}

impl From<Announcement> for AnnouncementItem {
    fn from(announcement: Announcement) -> Self {
        Self {
            id: announcement.id.get(),
            sort: announcement.sort,
            title: announcement.title,
            content: announcement.content,
            show: true,
            img_url: announcement.img_url,
            tags: stored_json(announcement.tags.as_deref()),
            created_at: announcement.created_at.get(),
            updated_at: announcement.updated_at.get(),
        }
    }
}

impl From<Found<Announcement>> for AnnouncementPageBody {
    fn from(page: Found<Announcement>) -> Self {
        Self {
            data: page.rows.into_iter().map(AnnouncementItem::from).collect(),
            total: page.total,
        }
    }
}

/// What the site announces.
#[utoipa::path(
    get,
    path = "/api/v1/user/notice/fetch",
    params(AnnouncementQuery),
    responses((status = 200, description = "A page, without the usual envelope", body = AnnouncementPageBody))
)]
pub(crate) async fn fetch(
    _session: Session,
    Read(query): Read<AnnouncementQuery>,
    panel: Data<Panel>,
) -> Result<Bare<AnnouncementPageBody>, Fault> {
    let page = PAGES.page(query.current, None);
    let run = panel.run(move |app| async move { app.knowledge.announcements(page).await });
    Ok(Bare(AnnouncementPageBody::from(run.await?)))
}
