//! Announcements, as administrators manage them.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::ManagedAnnouncementQueries;
use ferroboard_kernel::{AnnouncementId, StoreError, UnixSeconds};
use ferroboard_knowledge::{
    Announcement, AnnouncementRepository, ManagedAnnouncement, Move, NewAnnouncement, Tags,
};

use super::super::sql::places;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, flag, reported};
use super::knowledge::LIST_LENGTH;
use crate::failure::Failure;
use crate::integer::{Int, number};
use crate::schema::v2_notice;

/// A row of `v2_notice`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_notice)]
struct ManagedRow {
    id: Int,
    sort: Option<Int>,
    title: String,
    content: String,
    show: Int,
    img_url: Option<String>,
    tags: Option<String>,
    created_at: Int,
    updated_at: Int,
}

impl From<ManagedRow> for ManagedAnnouncement {
    fn from(row: ManagedRow) -> Self {
        Self {
            announcement: Announcement {
                id: AnnouncementId::new(row.id.0),
                sort: number(row.sort),
                title: row.title,
                content: row.content,
                img_url: row.img_url,
                tags: row.tags,
                created_at: UnixSeconds::new(row.created_at.0),
                updated_at: UnixSeconds::new(row.updated_at.0),
            },
            show: row.show.is_set(),
        }
    }
}

#[async_trait]
impl AnnouncementRepository for SqlTx {
    async fn lock_announcement(
        &mut self,
        id: AnnouncementId,
    ) -> Result<Option<ManagedAnnouncement>, StoreError> {
        let query = v2_notice::table
            .filter(v2_notice::id.eq(id.get()))
            .select(ManagedRow::as_select());
        let row = lock!(query).first::<ManagedRow>(self.open()?).await;
        let row = self.settle(row.optional())?;
        Ok(row.map(ManagedAnnouncement::from))
    }

    async fn insert_announcement(
        &mut self,
        announcement: &NewAnnouncement,
        at: UnixSeconds,
    ) -> Result<AnnouncementId, StoreError> {
        let tags = announcement.tags.clone().map(Tags::into_stored);
        let insert = diesel::insert_into(v2_notice::table).values((
            v2_notice::title.eq(&announcement.title),
            v2_notice::content.eq(announcement.content.as_str()),
            v2_notice::show.eq(flag(announcement.show)),
            v2_notice::img_url.eq(announcement.img_url.as_deref()),
            v2_notice::tags.eq(tags),
            v2_notice::created_at.eq(at.get()),
            v2_notice::updated_at.eq(at.get()),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_notice::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| AnnouncementId::new(id.0))
    }

    async fn update_announcement(
        &mut self,
        announcement: &ManagedAnnouncement,
    ) -> Result<bool, StoreError> {
        let said = &announcement.announcement;
        let updated = diesel::update(v2_notice::table.filter(v2_notice::id.eq(said.id.get())))
            .set((
                v2_notice::title.eq(&said.title),
                v2_notice::content.eq(&said.content),
                v2_notice::show.eq(flag(announcement.show)),
                v2_notice::img_url.eq(said.img_url.as_deref()),
                v2_notice::tags.eq(said.tags.as_deref()),
                v2_notice::updated_at.eq(said.updated_at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn lock_announcement_places(
        &mut self,
        ids: &[AnnouncementId],
    ) -> Result<Vec<(AnnouncementId, Option<i64>)>, StoreError> {
        let query = v2_notice::table
            .filter(v2_notice::id.eq_any(ids.iter().map(|id| id.get())))
            .order(v2_notice::id)
            .select((v2_notice::id, v2_notice::sort));
        let rows = lock!(query).load::<(Int, Option<Int>)>(self.open()?).await;
        let rows = self.settle(rows)?.into_iter();
        let place = |(id, sort): (Int, Option<Int>)| (AnnouncementId::new(id.0), number(sort));
        Ok(rows.map(place).collect())
    }

    async fn update_announcement_places(
        &mut self,
        moves: &[Move<AnnouncementId>],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let moves: Vec<(i64, i64)> = moves.iter().map(|m| (m.id.get(), m.to)).collect();
        let changed = format!(", updated_at = {}", at.get());
        let update = places::written("v2_notice", &moves, &changed);
        let updated = diesel::sql_query(update).execute(self.open()?).await;
        self.settle(updated).map(drop)
    }

    async fn delete_announcement(&mut self, id: AnnouncementId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(v2_notice::table.filter(v2_notice::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }
}

#[async_trait]
impl ManagedAnnouncementQueries for SqlStore {
    async fn list_managed_announcements(&self) -> Result<Vec<ManagedAnnouncement>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = v2_notice::table
            .order((
                v2_notice::sort.is_not_null(),
                v2_notice::sort,
                v2_notice::id.desc(),
            ))
            .limit(LIST_LENGTH)
            .select(ManagedRow::as_select())
            .load::<ManagedRow>(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.into_iter().map(ManagedAnnouncement::from).collect())
    }
}
