//! Promises about articles, announcements, tickets and mails as administrators read them.

use ferroboard_application::TICKETS;
use ferroboard_kernel::{AnnouncementId, ArticleId, Email, TicketId, UserId};
use ferroboard_knowledge::testing::{an_announcement, an_article};
use ferroboard_listing::{Asked, AskedFilter, AskedSort, Given};
use ferroboard_mail::{MailTemplate, TemplateName};
use ferroboard_tickets::testing::{a_message, a_new_ticket};

use crate::contract::{FreshStore, t};

/// Shown or not, whatever their language; those without a place first.
pub async fn articles_are_listed_for_administrators(fresh: &FreshStore) {
    for (id, category, sort, show) in [
        (1, "b", Some(2), true),
        (2, "a", Some(1), false),
        (3, "b", None, true),
        (4, "c", Some(1), true),
    ] {
        let mut row = an_article(id);
        (row.article.category, row.sort, row.show) = (category.into(), sort, show);
        row.language = if id == 3 { "en" } else { "zh-CN" }.into();
        fresh.seed.insert_article(&row).await;
    }
    let heads = fresh.admin().list_article_heads().await.unwrap();
    let shown = heads.iter().map(|head| (head.id.get(), head.show));
    let expected = [(3, true), (2, false), (4, true), (1, true)];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    assert_eq!(heads[0].title, "Article 3");
    let found = fresh.admin().find_managed_article(ArticleId::new(3)).await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.language.as_str(), found.sort), ("en", None));
    for id in [99, -1, i64::MAX] {
        let none = fresh.admin().find_managed_article(ArticleId::new(id)).await;
        assert_eq!(none, Ok(None), "{id}");
    }
    let categories = fresh.admin().list_all_categories().await.unwrap();
    assert_eq!(categories, ["b", "a", "c"]);
}

/// Shown or not, in the order in which users see them.
pub async fn announcements_are_listed_for_administrators(fresh: &FreshStore) {
    for (id, sort, show) in [
        (1, Some(1), true),
        (2, None, false),
        (3, Some(1), true),
        (4, None, true),
    ] {
        let mut row = an_announcement(id);
        (row.announcement.sort, row.show) = (sort, show);
        fresh.seed.insert_announcement(&row).await;
    }
    let listed = fresh.admin().list_managed_announcements().await.unwrap();
    let ids: Vec<AnnouncementId> = listed.iter().map(|row| row.announcement.id).collect();
    assert_eq!(ids, [4, 2, 3, 1].map(AnnouncementId::new));
    assert_eq!((listed[0].show, listed[1].show), (true, false));
}

/// Three tickets: 1 and 2 of Ann, of which staff answered the first, and 3 of somebody who is gone.
async fn tickets(fresh: &FreshStore) -> UserId {
    let ann = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    for (owner, at) in [(ann, 1), (ann, 2), (UserId::new(900), 3)] {
        let ticket = a_new_ticket(owner, t(at));
        let id = tx.insert_ticket(&ticket).await.unwrap();
        let text = a_message(&format!("First of {id}"));
        tx.insert_ticket_message(id, owner, &text, t(at))
            .await
            .unwrap();
    }
    let (first, staff) = (TicketId::new(1), UserId::new(901));
    let text = a_message("Answer");
    tx.insert_ticket_message(first, staff, &text, t(9))
        .await
        .unwrap();
    let status = ferroboard_tickets::ReplyStatus::Answered;
    tx.update_ticket_reply(first, status, staff, t(9))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ann
}

/// With their owners, the latest changed first.
pub async fn tickets_are_listed_for_administrators(fresh: &FreshStore) {
    let ann = tickets(fresh).await;
    let address = Email::parse("ann@demo.test").unwrap();
    let one = |column: &str, value: &str| AskedFilter::new(column, Given::One(value.into()));
    let many = |column: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned());
        AskedFilter::new(column, Given::Many(values.collect()))
    };
    for (filters, owner, expected) in [
        (vec![], None, vec![1, 3, 2]),
        (vec![], Some(&address), vec![1, 2]),
        (vec![many("reply_status", &["0"])], None, vec![3, 2]),
        (vec![many("reply_status", &["0"])], Some(&address), vec![2]),
        (vec![many("reply_status", &[])], None, vec![]),
        (vec![many("status", &["0"])], None, vec![1, 3, 2]),
        (vec![many("status", &["1"])], None, vec![]),
        (vec![one("subject", "hel")], None, vec![1, 3, 2]),
        (vec![one("subject", "h%")], None, vec![]),
        (vec![many("user_id", &["900"])], None, vec![3]),
    ] {
        let name = format!("{filters:?} {owner:?}");
        let asked = Asked {
            filters,
            ..Asked::default()
        };
        let request = TICKETS.judge(&asked).unwrap();
        let found = fresh.admin().list_managed_tickets(&request, owner).await;
        let found = found.unwrap();
        let ids: Vec<i64> = found.rows.iter().map(|row| row.ticket.id.get()).collect();
        assert_eq!(ids, expected, "{name}");
        assert_eq!(i64::try_from(ids.len()), Ok(found.total), "{name}");
        for row in &found.rows {
            let owner = row.owner.as_ref().map(|owner| &owner.user);
            let of_ann =
                owner.is_some_and(|owner| owner.id == ann && owner.email == address.as_str());
            assert_eq!(of_ann, row.ticket.owner == ann, "{name}");
            assert_eq!(owner.is_none(), row.ticket.owner != ann, "{name}");
        }
    }
    let asked = Asked {
        rows: Some(1),
        sorts: vec![AskedSort {
            column: "id".into(),
            is_descending: true,
        }],
        ..Asked::default()
    };
    let request = TICKETS.judge(&asked).unwrap();
    let found = fresh.admin().list_managed_tickets(&request, None).await;
    let found = found.unwrap();
    assert_eq!(
        (found.rows[0].ticket.id, found.total),
        (TicketId::new(3), 3)
    );
}

/// With its messages, oldest first, and its owner while there is one.
pub async fn a_ticket_is_shown_to_administrators(fresh: &FreshStore) {
    let ann = tickets(fresh).await;
    let find = |id| fresh.admin().find_managed_ticket(TicketId::new(id));
    let first = find(1).await.unwrap().unwrap();
    let texts: Vec<&str> = first.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(texts, ["First of 1", "Answer"]);
    let owner = first.owner.unwrap().user;
    assert_eq!((owner.id, owner.balance.get()), (ann, 0));
    assert!(!owner.banned && !owner.token.is_empty());
    let third = find(3).await.unwrap().unwrap();
    assert_eq!((third.owner, third.messages.len()), (None, 1));
    assert_eq!(find(99).await, Ok(None));
}

/// With its subject and when it was written; others that the panel does not mail are none.
pub async fn stored_mail_templates_are_listed(fresh: &FreshStore) {
    assert_eq!(fresh.admin().list_mail_templates().await, Ok(vec![]));
    let text = |subject: &str| MailTemplate {
        subject: subject.into(),
        content: "{{code}}".into(),
    };
    fresh.seed.insert_mail_template("other", &text("O")).await;
    let mut tx = fresh.begin().await;
    for (subject, at) in [("A", 1), ("B", 7)] {
        let name = TemplateName::Verify;
        tx.update_mail_template(name, &text(subject), t(at))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let listed = fresh.admin().list_mail_templates().await.unwrap();
    let [stored] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    assert_eq!(stored.template, TemplateName::Verify);
    assert_eq!(
        (stored.subject.as_str(), stored.updated_at),
        ("B", Some(t(7)))
    );
}
