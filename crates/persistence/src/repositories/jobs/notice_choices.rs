use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};
use ferroboard_mail::{NoticeChannel, NoticeChoice, NoticeChoiceRepository};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::integer::Int;
use crate::schema::ferro_notice_choice;

/// The columns of a [`NoticeChoice`], behind its user.
type ChoiceRow = (Int, Option<String>, Int, Int, Int, Int);

/// A channel that this program does not know is none.
fn choice(row: ChoiceRow) -> (UserId, NoticeChoice) {
    let (user, channel, payment, renewal, ticket, login) = row;
    let choice = NoticeChoice {
        channel: channel.as_deref().and_then(NoticeChannel::named),
        payment: payment.is_set(),
        renewal: renewal.is_set(),
        ticket: ticket.is_set(),
        login: login.is_set(),
    };
    (UserId::new(user.0), choice)
}

#[async_trait]
impl NoticeChoiceRepository for SqlTx {
    async fn list_notice_choices(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<(UserId, NoticeChoice)>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let found = ferro_notice_choice::table
            .filter(ferro_notice_choice::user_id.eq_any(users.iter().map(|user| user.get())))
            .select((
                ferro_notice_choice::user_id,
                ferro_notice_choice::channel,
                ferro_notice_choice::payment,
                ferro_notice_choice::renewal,
                ferro_notice_choice::ticket,
                ferro_notice_choice::login,
            ))
            .load::<ChoiceRow>(self.open()?)
            .await;
        Ok(self.settle(found)?.into_iter().map(choice).collect())
    }

    async fn update_notice_choice(
        &mut self,
        user: UserId,
        choice: &NoticeChoice,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let columns = (
            ferro_notice_choice::channel.eq(choice.channel.map(NoticeChannel::as_str)),
            ferro_notice_choice::payment.eq(i64::from(choice.payment)),
            ferro_notice_choice::renewal.eq(i64::from(choice.renewal)),
            ferro_notice_choice::ticket.eq(i64::from(choice.ticket)),
            ferro_notice_choice::login.eq(i64::from(choice.login)),
            ferro_notice_choice::updated_at.eq(at.get()),
        );
        let insert = diesel::insert_into(ferro_notice_choice::table)
            .values((ferro_notice_choice::user_id.eq(user.get()), columns));
        let stored = on_duplicate!(insert, ferro_notice_choice::user_id)
            .do_update()
            .set(columns)
            .execute(self.open()?)
            .await;
        self.settle(stored).map(drop)
    }
}
