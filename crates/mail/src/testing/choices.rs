use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::HasMail;
use crate::{NoticeChoice, NoticeChoiceRepository};

#[async_trait]
impl<T: HasMail> NoticeChoiceRepository for T {
    async fn list_notice_choices(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<(UserId, NoticeChoice)>, StoreError> {
        let choices = &self.mail()?.choices;
        let chosen = users.iter().filter_map(|user| {
            let choice = choices.get(user)?;
            Some((*user, *choice))
        });
        Ok(chosen.collect())
    }

    async fn update_notice_choice(
        &mut self,
        user: UserId,
        choice: &NoticeChoice,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.mail()?.choices.insert(user, *choice);
        Ok(())
    }
}
