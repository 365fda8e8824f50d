//! `notice/*`: the announcements.

use actix_web::web::Data;
use ferroboard_kernel::AnnouncementId;
use ferroboard_knowledge::{
    AnnouncementChange, LongText, ManagedAnnouncement, NewAnnouncement, Order, Revision, Tags,
};
use ferroboard_site::is_no_address;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::answer::stored::stored_json;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// An announcement. Its content is HTML as an administrator wrote it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedNotice {
    id: i64,
    /// Its place; those without one come first.
    sort: Option<i64>,
    title: String,
    content: String,
    /// Whether users see it.
    show: bool,
    img_url: Option<String>,
    /// `弹窗` among them asks the client to show the announcement at once.
    #[schema(value_type = Option<Vec<String>>)]
    tags: Value,
    created_at: i64,
    updated_at: i64,
}

impl From<ManagedAnnouncement> for ManagedNotice {
    fn from(managed: ManagedAnnouncement) -> Self {
        let said = managed.announcement;
        Self {
            id: said.id.get(),
            sort: said.sort,
            title: said.title,
            content: said.content,
            show: managed.show,
            img_url: said.img_url,
            tags: stored_json(said.tags.as_deref()),
            created_at: said.created_at.get(),
            updated_at: said.updated_at.get(),
        }
    }
}

/// The announcements, in the order in which users see them; at most 1,000.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/notice/fetch",
    responses((status = 200, description = "All of them", body = SuccessBody<Vec<ManagedNotice>>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<ManagedNotice>>, Fault> {
    let run = panel.run(|app| async move { app.administration.announcements.list().await });
    let notices = run.await?.into_iter();
    Ok(Success(notices.map(ManagedNotice::from).collect()))
}

/// What need not be said of an announcement; left out it stays as it is.
struct Beside {
    img_url: Revision<String>,
    tags: Revision<Tags>,
    show: Option<bool>,
}

impl Beside {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let message = Message::NoticeImageInvalid;
        let img_url = read.nullable("img_url").url().says(message).max(255);
        let img_url = img_url.parse(message, |url| (!is_no_address(&url)).then_some(url));
        let img_url = img_url.map(Revision::Set).change();
        let tags = read
            .nullable("tags")
            .each(|tag| tag.judge(Given::item_text).get());
        let tags = tags.says(Message::NoticeTagsInvalid);
        let tags = tags.parse(Message::NoticeTagsInvalid, |tags| {
            let tags: Vec<String> = tags.into_iter().flatten().collect();
            Tags::new(&tags)
        });
        let tags = tags.map(Revision::Set).change();
        let show = read.nullable("show").boolean().get();
        let img_url = img_url?.cleared_to(Revision::Removed);
        let tags = tags?.cleared_to(Revision::Removed);
        Ok(Self {
            img_url: img_url.unwrap_or(Revision::Kept),
            tags: tags.unwrap_or(Revision::Kept),
            show: show?,
        })
    }
}

/// More bytes than this hold no content.
const TOO_LONG: Message = Message::FieldTooLong { limit: 65_535 };

/// An announcement that is made or changed.
#[derive(ToSchema)]
pub struct SaveNotice {
    /// The announcement that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<AnnouncementId>,
    #[schema(max_length = 255)]
    title: String,
    /// HTML; at most 65,535 bytes.
    #[schema(value_type = String)]
    content: LongText,
    /// The address of a picture; null for none.
    #[schema(value_type = Option<String>)]
    img_url: Revision<String>,
    /// Together at most 255 characters as a JSON list; null for none.
    #[schema(value_type = Option<Vec<String>>)]
    tags: Revision<Tags>,
    /// Whether users see it. A new one is hidden without it.
    show: Option<bool>,
}

impl Body for SaveNotice {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let title = read.required("title").says(Message::TitleRequired);
        let title = title.text().max(255).get();
        let content = read.required("content").says(Message::ContentRequired);
        let content = content.text().parse(TOO_LONG, LongText::new).get();
        let beside = Beside::read(read);
        let id = read.nullable("id").integer().get();
        let beside = beside?;
        Ok(Self {
            id: id?.filter(|id| *id != 0).map(AnnouncementId::new),
            title: title?,
            content: content?,
            img_url: beside.img_url,
            tags: beside.tags,
            show: beside.show,
        })
    }
}

impl SaveNotice {
    /// The announcement that is changed; a new one without it.
    pub fn id(&self) -> Option<AnnouncementId> {
        self.id
    }

    /// What becomes of one that there is.
    pub fn into_change(self) -> AnnouncementChange {
        AnnouncementChange {
            title: Some(self.title),
            content: Some(self.content),
            img_url: self.img_url,
            tags: self.tags,
            show: self.show,
        }
    }

    /// The one that is to be made.
    pub fn into_new(self) -> NewAnnouncement {
        NewAnnouncement {
            title: self.title,
            content: self.content,
            img_url: self.img_url.applied_to(None),
            tags: self.tags.applied_to(None),
            show: self.show.unwrap_or(false),
        }
    }
}

/// Makes an announcement, which comes first as it has no place, or changes one.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/notice/save",
    request_body = SaveNotice,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 400, description = "There is no such announcement", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveNotice>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let notices = &app.administration.announcements;
        match body.id() {
            Some(id) => notices.change(id, body.into_change(), change).await,
            None => notices.create(body.into_new(), change).await,
        }
    });
    run.await?;
    Ok(DONE)
}

/// What changes about an announcement; left out it stays as it is.
#[derive(ToSchema)]
pub(crate) struct UpdateNotice {
    #[schema(value_type = i64)]
    id: AnnouncementId,
    #[schema(max_length = 255)]
    title: Option<String>,
    /// HTML; at most 65,535 bytes.
    #[schema(value_type = Option<String>)]
    content: Option<LongText>,
    /// The address of a picture; null for none.
    #[schema(value_type = Option<String>)]
    img_url: Revision<String>,
    /// Together at most 255 characters as a JSON list; null for none.
    #[schema(value_type = Option<Vec<String>>)]
    tags: Revision<Tags>,
    /// Whether users see it.
    show: Option<bool>,
}

impl Body for UpdateNotice {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let named = NamedNotice::read(read);
        let title = read.nullable("title").text().max(255).get();
        let content = read.nullable("content").text();
        let content = content.parse(TOO_LONG, LongText::new).get();
        let beside = Beside::read(read);
        let (named, beside) = (named?, beside?);
        Ok(Self {
            id: named.id,
            title: title?,
            content: content?,
            img_url: beside.img_url,
            tags: beside.tags,
            show: beside.show,
        })
    }
}

/// Changes some of an announcement.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/notice/update",
    request_body = UpdateNotice,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 400, description = "There is no such announcement", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<UpdateNotice>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let said = AnnouncementChange {
        title: body.title,
        content: body.content,
        img_url: body.img_url,
        tags: body.tags,
        show: body.show,
    };
    let run = panel.run(move |app| async move {
        let notices = &app.administration.announcements;
        notices.change(body.id, said, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Which announcement.
#[derive(ToSchema)]
pub(crate) struct NamedNotice {
    #[schema(value_type = i64)]
    id: AnnouncementId,
}

impl Body for NamedNotice {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let message = Message::NoticeIdRequired;
        let id = read.required("id").says(message).integer();
        // PHP takes 0 for nothing.
        let id = id.parse(message, |id| (id != 0).then_some(id));
        let id = id.map(AnnouncementId::new).get()?;
        Ok(Self { id })
    }
}

/// Shows an announcement that was hidden, and hides one that was shown.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/notice/show",
    request_body = NamedNotice,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such announcement", body = FailureBody),
        (status = 422, description = "No announcement was named", body = FailureBody),
    )
)]
pub(crate) async fn show(
    Changing(change): Changing,
    Read(body): Read<NamedNotice>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let notices = &app.administration.announcements;
        notices.turn(body.id, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Deletes an announcement.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/notice/drop",
    request_body = NamedNotice,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such announcement", body = FailureBody),
        (status = 422, description = "No announcement was named", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedNotice>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let notices = &app.administration.announcements;
        notices.delete(body.id, change).await
    });
    run.await?;
    Ok(DONE)
}

/// The announcements in their new order.
#[derive(ToSchema)]
pub(crate) struct NoticeOrder {
    /// Each once, at most 1,000; those that are not named keep their places.
    #[schema(value_type = Vec<i64>)]
    ids: Order<AnnouncementId>,
}

impl Body for NoticeOrder {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let ids = read.required("ids");
        let ids = ids.each(|id| id.integer().map(AnnouncementId::new).get());
        let ids = ids.parse(Message::OrderInvalid, Order::new).get()?;
        Ok(Self { ids })
    }
}

/// Puts announcements into an order, which is the one that users see.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/notice/sort",
    request_body = NoticeOrder,
    responses(
        (status = 200, description = "Sorted", body = SuccessBody<bool>),
        (status = 400, description = "One of them does not exist; nothing is sorted", body = FailureBody),
        (status = 422, description = "No announcements were named, or one of them twice", body = FailureBody),
    )
)]
pub(crate) async fn sort(
    Changing(change): Changing,
    Read(body): Read<NoticeOrder>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let notices = &app.administration.announcements;
        notices.arrange(body.ids, change).await
    });
    run.await?;
    Ok(DONE)
}
