//! Users, as administrators change them.

use ferroboard_application::UserWork;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_kernel::{Cents, Email, GroupId, PlanId, UnixSeconds, UserId};
use ferroboard_testing::UserRow;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";
const CHIEF: UserId = UserId::new(1);
const BOB: UserId = UserId::new(2);

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/{route}")
}

/// A site, an administrator's token and Bob's.
async fn office() -> (Site, String, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let chief = site.alice().await;
    let bob = json!({"email": "bob@demo.test", "password": "the password of bob"});
    let bob = site.post("/api/v1/passport/auth/register", bob).await;
    let bob = bob.body()["data"]["token"].as_str().unwrap().to_owned();
    site.promote(CHIEF);
    (site, chief, bob)
}

fn row(site: &Site, user: UserId) -> UserRow {
    let store = &site.fakes.store;
    store.read(|tables| tables.users[&user].clone())
}

async fn change(site: &Site, token: &str, user: UserId, members: Value) -> Answer {
    let mut body = json!({"id": user.get()});
    if let (Value::Object(body), Value::Object(members)) = (&mut body, members) {
        body.extend(members);
    }
    site.post_as(token, &at("user/update"), body).await
}

const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;

fn assert_done(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, DONE));
}

fn assert_refused(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.message(), message);
}

/// The fields that are complained of.
fn told(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let body = answer.body();
    body["errors"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

async fn is_in(site: &Site, token: &str) -> bool {
    site.get_as(token, "/api/v1/user/info").await.status == 200
}

fn ledger(site: &Site) -> Vec<(i64, String)> {
    site.fakes.store.read(|tables| {
        let lines = tables.billing.ledger.iter().chain(&tables.invite.ledger);
        lines
            .map(|entry| (entry.amount.get(), entry.reference.clone()))
            .collect()
    })
}

#[actix_web::test]
async fn money_is_set_by_the_ledger_to_the_cent() {
    let (site, chief, _) = office().await;
    let money = || {
        let row = row(&site, BOB);
        (row.billing.balance, row.invite.commission_balance)
    };
    let body = json!({"balance": 19.99, "commission_balance": "0.5"});
    assert_done(&change(&site, &chief, BOB, body.clone()).await);
    assert_eq!(money(), (Cents::new(1_999), Cents::new(50)));
    // The same once more moves nothing, nor does a form without money.
    assert_done(&change(&site, &chief, BOB, body).await);
    assert_done(&change(&site, &chief, BOB, json!({"remarks": "x"})).await);
    assert_done(&change(&site, &chief, BOB, json!({"balance": "12.340"})).await);
    assert_eq!(money(), (Cents::new(1_234), Cents::new(50)));
    let lines = ledger(&site);
    let amounts: Vec<i64> = lines.iter().map(|(amount, _)| *amount).collect();
    assert_eq!(amounts, [1_999, -765, 50]);
    // Who did it, is told by the record that each entry names.
    let records = site.fakes.store.read(|tables| {
        let changes = tables.audit.changes.iter();
        let money = changes.filter(|(_, change)| change.after.contains_key("balance"));
        money.map(|(id, _)| id.to_string()).collect::<Vec<_>>()
    });
    let references: Vec<String> = lines[..2]
        .iter()
        .map(|(_, record)| record.clone())
        .collect();
    assert_eq!(references, records);
    for debt in [
        json!({"balance": -0.01}),
        json!({"commission_balance": "-1"}),
    ] {
        let answer = change(&site, &chief, BOB, debt).await;
        assert_refused(&answer, 400, "余额超出上限");
    }
    for (balance, name) in [
        (json!("-21474836.49"), "balance"),
        (json!("21474836.48"), "balance"),
        (json!("1e3"), "balance"),
        (json!([1]), "balance"),
        (Value::Null, "balance"),
    ] {
        let answer = change(&site, &chief, BOB, json!({"balance": balance})).await;
        assert_eq!(told(&answer), [name], "{balance}");
    }
    assert_eq!(money(), (Cents::new(1_234), Cents::new(50)));
}

/// Xboard leaves such rows, and its form sends all of them.
#[actix_web::test]
async fn a_row_with_odd_numbers_is_saved_as_it_was_shown() {
    let (site, chief, _) = office().await;
    site.fakes.store.write(|tables| {
        let row = tables.user(BOB);
        let billed = &mut row.billing;
        (billed.upload, billed.download, billed.transfer_enable) = (-1, -5, -1);
        (billed.speed_limit, billed.device_limit) = (Some(-1), Some(-1));
        billed.expired_at = Some(UnixSeconds::new(-1));
        billed.balance = Cents::new(-500);
        row.invite.commission_balance = Cents::new(-7);
    });
    let before = row(&site, BOB);
    let form = json!({
        "email": "bob@demo.test", "u": -1, "d": "-5", "transfer_enable": -1, "speed_limit": -1,
        "device_limit": "-1", "expired_at": -1, "commission_type": 5, "balance": -5,
        "commission_balance": "-0.07", "remarks": null, "plan_id": null, "discount": null,
    });
    assert_done(&change(&site, &chief, BOB, form).await);
    assert_eq!(row(&site, BOB), before);
    assert!(ledger(&site).is_empty());
    for debt in [
        json!({"balance": -4.99}),
        json!({"balance": -6}),
        json!({"commission_balance": -0.06}),
    ] {
        let answer = change(&site, &chief, BOB, debt.clone()).await;
        assert_refused(&answer, 400, "余额超出上限");
        assert_eq!(row(&site, BOB), before, "{debt}");
    }
    // A debt is forgiven by the ledger.
    assert_done(&change(&site, &chief, BOB, json!({"balance": 0})).await);
    let amounts: Vec<i64> = ledger(&site).iter().map(|(amount, _)| *amount).collect();
    assert_eq!(amounts, [500]);
    // Whatever the columns hold.
    let far = json!({
        "u": i64::MAX, "d": i64::MIN, "transfer_enable": i64::MAX, "expired_at": 9_999_999_999_999_i64,
        "speed_limit": i32::MIN, "device_limit": i32::MAX, "remarks": "字".repeat(21_845),
    });
    assert_done(&change(&site, &chief, BOB, far).await);
    let billed = row(&site, BOB).billing;
    assert_eq!((billed.upload, billed.download), (i64::MAX, i64::MIN));
    assert_eq!(billed.expired_at, Some(UnixSeconds::new(9_999_999_999_999)));
}

#[actix_web::test]
async fn what_is_not_said_stays_and_null_clears() {
    let (site, chief, _) = office().await;
    let mut plan = a_plan(8);
    plan.group_id = Some(GroupId::new(2));
    site.fakes
        .store
        .write(|tables| tables.billing.plans.insert(plan.id, plan));
    let body = json!({
        "email": " BOB2@demo.test", "plan_id": 8, "transfer_enable": 5_368_709_120_i64,
        "expired_at": 2_000_000_000, "u": 1, "d": 1_073_741_824.4, "speed_limit": 9,
        "device_limit": 4, "discount": 15, "commission_rate": 20, "commission_type": 2,
        "remarks": "note", "is_staff": true, "invite_user_email": "ALICE@demo.test",
    });
    assert_done(&change(&site, &chief, BOB, body).await);
    assert_done(&change(&site, &chief, BOB, json!({})).await);
    let found = row(&site, BOB);
    let billed = &found.billing;
    assert_eq!(found.auth.account.email.as_str(), "bob2@demo.test");
    assert_eq!(
        (billed.plan_id, billed.group_id),
        (Some(PlanId::new(8)), Some(GroupId::new(2)))
    );
    assert_eq!((billed.upload, billed.download), (1, 1_073_741_824));
    assert_eq!(billed.expired_at, Some(UnixSeconds::new(2_000_000_000)));
    assert!(billed.next_reset_at.is_some());
    assert_eq!(found.invite.inviter, Some(CHIEF));
    assert_eq!(found.remarks.as_deref(), Some("note"));
    let cleared = json!({
        "plan_id": null, "expired_at": null, "speed_limit": null, "device_limit": null,
        "discount": null, "commission_rate": null, "remarks": "", "invite_user_email": null,
        "password": null,
    });
    assert_done(&change(&site, &chief, BOB, cleared).await);
    let found = row(&site, BOB);
    let billed = &found.billing;
    // The group is left: it may be another one than the plan's.
    assert_eq!(
        (billed.plan_id, billed.group_id),
        (None, Some(GroupId::new(2)))
    );
    assert_eq!((billed.expired_at, billed.next_reset_at), (None, None));
    assert_eq!((found.invite.inviter, found.remarks), (None, None));
    assert_done(&change(&site, &chief, BOB, json!({"group_id": null})).await);
    assert_eq!(row(&site, BOB).billing.group_id, None);
    assert_done(&change(&site, &chief, BOB, json!({"group_id": "2"})).await);
    assert_eq!(row(&site, BOB).billing.group_id, Some(GroupId::new(2)));
}

#[actix_web::test]
async fn what_is_odd_is_refused_and_changes_nothing() {
    let (site, chief, _) = office().await;
    let before = row(&site, BOB);
    let odd = json!({
        "email": "x", "password": "short", "transfer_enable": "a", "discount": 101,
        "commission_rate": -1, "expired_at": "x", "u": "x", "d": [], "banned": 2,
        "is_admin": "yes", "commission_type": "x", "speed_limit": 2_147_483_648_i64,
        "remarks": {"a": 1}, "balance": "x", "plan_id": "x",
    });
    let answer = change(&site, &chief, BOB, odd.clone()).await;
    let mut expected: Vec<&String> = odd.as_object().unwrap().keys().collect();
    let mut complained = told(&answer);
    complained.sort();
    expected.sort();
    assert_eq!(complained.iter().collect::<Vec<_>>(), expected);
    assert_eq!(
        told(&change(&site, &chief, BOB, json!({"id": null})).await),
        ["id"]
    );
    for (members, status, message) in [
        (json!({"id": 999}), 400, "该用户不存在"),
        (json!({"email": "Alice@demo.test"}), 400, "该邮箱已被注册"),
        (json!({"plan_id": 99}), 400, "订阅计划不存在"),
        (json!({"group_id": 99}), 400, "权限组不存在"),
        (
            json!({"invite_user_email": "nobody@demo.test"}),
            400,
            "邀请人不存在",
        ),
        (json!({"invite_user_email": "nobody"}), 400, "邀请人不存在"),
        (
            json!({"invite_user_email": "bob@demo.test"}),
            400,
            "用户不能邀请自己",
        ),
    ] {
        let answer = change(&site, &chief, BOB, members.clone()).await;
        assert_refused(&answer, status, message);
        assert_eq!(row(&site, BOB), before, "{members}");
    }
}

#[actix_web::test]
async fn complaints_name_their_field_as_the_reference_does() {
    let (site, chief, _) = office().await;
    for (field, value, message) in [
        ("email", json!("x"), "邮箱格式不正确"),
        ("password", json!("short"), "密码长度最小8位"),
        ("transfer_enable", json!("a"), "流量格式不正确"),
        ("expired_at", json!("x"), "到期时间格式不正确"),
        ("banned", json!(2), "是否封禁格式不正确"),
        ("is_admin", json!("yes"), "是否管理员格式不正确"),
        ("is_staff", json!([]), "是否员工格式不正确"),
        ("plan_id", json!("x"), "订阅计划格式不正确"),
        ("commission_rate", json!("x"), "推荐返利比例格式不正确"),
        ("commission_rate", json!(-1), "推荐返利比例最小为0"),
        ("commission_rate", json!(101), "推荐返利比例最大为100"),
        ("discount", json!(1.5), "专属折扣比例格式不正确"),
        ("discount", json!(-1), "专属折扣比例最小为0"),
        ("discount", json!(101), "专属折扣比例最大为100"),
        ("u", json!("x"), "上行流量格式不正确"),
        ("d", json!(null), "下行流量格式不正确"),
        ("balance", json!("x"), "余额格式不正确"),
        ("commission_balance", json!("x"), "佣金格式不正确"),
        ("speed_limit", json!("x"), "限速格式不正确"),
        ("device_limit", json!("x"), "设备数量格式不正确"),
    ] {
        let answer = change(&site, &chief, BOB, json!({ field: value })).await;
        assert_refused(&answer, 422, message);
        assert_eq!(told(&answer), [field]);
    }
    for (route, body, message) in [
        (
            "user/generate",
            json!({"generate_count": "x", "email_suffix": "demo.test"}),
            "生成数量必须为数字",
        ),
        (
            "user/generate",
            json!({"generate_count": 501, "email_suffix": "demo.test"}),
            "生成数量最大为500个",
        ),
        ("user/sendMail", json!({"content": "a"}), "主题不能为空"),
        ("user/sendMail", json!({"subject": "a"}), "发送内容不能为空"),
    ] {
        let answer = site.post_as(&chief, &at(route), body).await;
        assert_refused(&answer, 422, message);
    }
}

#[actix_web::test]
async fn a_ban_a_password_and_a_new_secret_end_every_way_in() {
    let (site, chief, bob) = office().await;
    let log_in = |password: &'static str| {
        let body = json!({"email": "bob@demo.test", "password": password});
        site.post("/api/v1/passport/auth/login", body)
    };
    let link = site
        .post_as(&bob, "/api/v1/user/getQuickLoginUrl", json!({}))
        .await;
    assert_eq!(link.status, 200, "{}", link.text);
    assert_done(&change(&site, &chief, BOB, json!({"password": "another password"})).await);
    let links = site
        .fakes
        .store
        .read(|tables| tables.auth.login_tokens.len());
    assert!(!is_in(&site, &bob).await && links == 0);
    assert_eq!(log_in("the password of bob").await.status, 400);
    let bob = log_in("another password").await.body()["data"]["token"].clone();
    let bob = bob.as_str().unwrap();
    let before = row(&site, BOB).auth.account;
    let reset = at("user/resetSecret");
    assert_done(&site.post_as(&chief, &reset, json!({"id": 2})).await);
    let after = row(&site, BOB).auth.account;
    assert!(before.uuid != after.uuid && before.subscribe_token != after.subscribe_token);
    assert!(!is_in(&site, bob).await);
    let bob = log_in("another password").await.body()["data"]["token"].clone();
    let bob = bob.as_str().unwrap();
    assert!(is_in(&site, bob).await);
    assert_done(&change(&site, &chief, BOB, json!({"banned": 1})).await);
    assert!(!is_in(&site, bob).await);
    let sessions = site.fakes.store.read(|tables| {
        let sessions = tables.auth.sessions.values();
        sessions.filter(|session| session.user_id == BOB).count()
    });
    assert_eq!(sessions, 0);
    for nobody in [json!({"id": 999}), json!({}), json!({"id": "x"})] {
        let unknown = site.post_as(&chief, &reset, nobody).await;
        assert_refused(&unknown, 400, "该用户不存在");
    }
}

#[actix_web::test]
async fn nobody_bans_or_deletes_oneself_and_an_administrator_is_left() {
    let (site, chief, bob) = office().await;
    for (route, body, message) in [
        (
            "user/update",
            json!({"id": 1, "banned": true}),
            "不能封禁或删除自己",
        ),
        ("user/destroy", json!({"id": 1}), "不能封禁或删除自己"),
        (
            "user/update",
            json!({"id": 1, "is_admin": false}),
            "不能移除或封禁最后一个管理员",
        ),
    ] {
        let answer = site.post_as(&chief, &at(route), body).await;
        assert_refused(&answer, 400, message);
    }
    assert!(is_in(&site, &chief).await);
    // A banned administrator is none who could work.
    let promoted = json!({"is_admin": true, "banned": true});
    assert_done(&change(&site, &chief, BOB, promoted).await);
    let demoted = change(&site, &chief, CHIEF, json!({"is_admin": 0})).await;
    assert_refused(&demoted, 400, "不能移除或封禁最后一个管理员");
    assert_done(&change(&site, &chief, BOB, json!({"banned": false})).await);
    assert_done(&change(&site, &chief, CHIEF, json!({"is_admin": 0})).await);
    let refused = change(&site, &chief, BOB, json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), is_in(&site, &bob).await),
        (403, false)
    );
}

#[actix_web::test]
async fn a_user_is_deleted_with_all_that_is_its_own() {
    let (site, chief, bob) = office().await;
    assert_done(&change(&site, &chief, BOB, json!({"balance": 5})).await);
    for (body, field) in [(json!({}), "id"), (json!({"id": 999}), "id")] {
        let answer = site.post_as(&chief, &at("user/destroy"), body).await;
        assert_eq!(told(&answer), [field]);
    }
    let deleted = site
        .post_as(&chief, &at("user/destroy"), json!({"id": 2}))
        .await;
    assert_done(&deleted);
    assert!(!is_in(&site, &bob).await);
    let left = site
        .fakes
        .store
        .read(|tables| tables.users.contains_key(&BOB));
    assert!(!left && ledger(&site).len() == 1);
    let again = site
        .post_as(&chief, &at("user/destroy"), json!({"id": "2"}))
        .await;
    assert_eq!(told(&again), ["id"]);
}

#[actix_web::test]
async fn who_invited_is_written_or_taken_away() {
    let (site, chief, _) = office().await;
    let set = async |body: Value| site.post_as(&chief, &at("user/setInviteUser"), body).await;
    assert_done(&set(json!({"id": 2, "invite_user_email": "alice@demo.test"})).await);
    assert_eq!(row(&site, BOB).invite.inviter, Some(CHIEF));
    assert_eq!(told(&set(json!({"id": 2})).await), ["invite_user_email"]);
    assert_done(&set(json!({"id": 2, "invite_user_email": null})).await);
    assert_eq!(row(&site, BOB).invite.inviter, None);
    for nobody in ["x@demo.test", "tg_12345"] {
        let unknown = set(json!({"id": 2, "invite_user_email": nobody})).await;
        assert_refused(&unknown, 400, "邀请人不存在");
    }
    // Older panels and bots stored what is no address.
    for stored in ["tg_12345", "vip 1@ex.com"] {
        site.fakes.store.write(|tables| {
            tables.user(CHIEF).auth.account.email = Email::stored(stored);
            tables.user(BOB).invite.inviter = None;
        });
        let typed = stored.to_uppercase();
        assert_done(&set(json!({"id": 2, "invite_user_email": typed})).await);
        assert_eq!(row(&site, BOB).invite.inviter, Some(CHIEF));
        assert_done(&set(json!({"id": 2, "invite_user_email": null})).await);
        let form = json!({"invite_user_email": stored});
        assert_done(&change(&site, &chief, BOB, form).await);
        assert_eq!(row(&site, BOB).invite.inviter, Some(CHIEF));
    }
}

#[actix_web::test]
async fn traffic_is_counted_anew_for_who_has_a_plan_that_runs() {
    let (site, chief, _) = office().await;
    let reset = async |body: Value| {
        let path = at("traffic-reset/reset-user");
        site.post_as(&chief, &path, body).await
    };
    assert_refused(
        &reset(json!({"user_id": 2})).await,
        400,
        "该用户当前不能重置流量（用户未激活或无有效套餐）",
    );
    site.fakes.store.write(|tables| {
        let plan = a_plan(1);
        tables.billing.plans.insert(plan.id, plan);
        let billed = &mut tables.user(BOB).billing;
        billed.subscribe(&a_subscription(UnixSeconds::new(4_070_880_000)));
        (billed.upload, billed.download) = (3, 4);
    });
    let done = reset(json!({"user_id": 2, "reason": "why"})).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let body = done.body();
    assert_eq!(body["message"], "流量重置成功");
    assert_eq!(
        (&body["data"]["user_id"], &body["data"]["email"]),
        (&json!(2), &json!("bob@demo.test"))
    );
    let billed = row(&site, BOB).billing;
    assert_eq!(
        (billed.upload, billed.download, billed.reset_count),
        (0, 0, 1)
    );
    let note = site
        .fakes
        .store
        .read(|tables| tables.panel.reset_notes[&BOB].clone());
    let note: Value = serde_json::from_str(&note).unwrap();
    assert_eq!(note, json!({"reason": "why", "admin_id": 1}));
    assert_eq!(told(&reset(json!({"user_id": 999})).await), ["user_id"]);
    assert_eq!(told(&reset(json!({})).await), ["user_id"]);
    let long = json!({"user_id": 2, "reason": "x".repeat(256)});
    assert_eq!(told(&reset(long).await), ["reason"]);
}

#[actix_web::test]
async fn many_users_are_made_with_passwords_of_their_own() {
    let (site, chief, _) = office().await;
    let make = async |body: Value| site.post_as(&chief, &at("user/generate"), body).await;
    let one = make(json!({"email_prefix": "New", "email_suffix": "demo.test"})).await;
    assert_eq!(one.status, 200, "{}", one.text);
    let body = one.body();
    assert_eq!(
        (&body["data"], &body["user"]["email"]),
        (&json!(true), &json!("new@demo.test"))
    );
    let password = body["user"]["password"].as_str().unwrap();
    assert_eq!(password.len(), 16);
    let login = json!({"email": "new@demo.test", "password": password});
    assert_eq!(
        site.post("/api/v1/passport/auth/login", login).await.status,
        200
    );
    let many = json!({"email_prefix": "many", "email_suffix": "demo.test", "generate_count": 3});
    let made = make(many.clone()).await;
    let made = made.body();
    assert_eq!(
        (&made["code"], &made["message"]),
        (&json!(0), &json!("批量生成成功"))
    );
    let emails = made["data"].as_array().unwrap().iter();
    let emails: Vec<&str> = emails.map(|user| user["email"].as_str().unwrap()).collect();
    assert_eq!(
        emails,
        ["many_1@demo.test", "many_2@demo.test", "many_3@demo.test"]
    );
    assert_eq!(made["data"][0]["expired_at"], "长期有效");
    assert_ne!(made["data"][0]["password"], made["data"][1]["password"]);
    let users = || site.fakes.store.read(|tables| tables.users.len());
    let before = users();
    assert_refused(&make(many).await, 400, "该邮箱已被注册");
    let drawn = json!({
        "email_suffix": "demo.test", "generate_count": 500, "download_csv": true,
        "password": "one for all of them", "expired_at": 1_800_000_000,
    });
    let table = make(drawn).await;
    assert_eq!(
        table.header("content-disposition"),
        "attachment; filename=users.csv"
    );
    assert!(table.header("content-type").starts_with("text/csv"));
    let lines: Vec<&str> = table.text.lines().collect();
    assert_eq!(lines[0], "账号,密码,过期时间,UUID,创建时间,订阅地址");
    assert_eq!((lines.len(), users()), (501, before + 500));
    assert!(
        lines[1..]
            .iter()
            .all(|line| line.contains(",one for all of them,2027-"))
    );
    for (body, field) in [
        (json!({"email_suffix": "demo.test"}), "generate_count"),
        (json!({"email_prefix": "x"}), "email_suffix"),
        (
            json!({"email_prefix": "a b", "email_suffix": "demo.test"}),
            "email_suffix",
        ),
        (
            json!({"generate_count": 501, "email_suffix": "demo.test"}),
            "generate_count",
        ),
        (
            json!({"generate_count": 1, "email_suffix": "demo.test", "password": "short"}),
            "password",
        ),
    ] {
        assert_eq!(told(&make(body).await), [field]);
    }
    let unknown = json!({"generate_count": 1, "email_suffix": "demo.test", "plan_id": 99});
    assert_refused(&make(unknown).await, 400, "订阅计划不存在");
    assert_eq!(users(), before + 500);
}

#[actix_web::test]
async fn who_is_banned_must_be_said() {
    let (site, chief, _) = office().await;
    for (route, extra) in [
        ("user/ban", json!({})),
        ("user/sendMail", json!({"subject": "a", "content": "b"})),
    ] {
        for (members, field) in [
            (json!({}), Some("scope")),
            (
                json!({"sort": "created_at", "sort_type": "DESC", "filter": []}),
                Some("scope"),
            ),
            (json!({"scope": "filtered"}), Some("scope")),
            (json!({"scope": "everybody"}), Some("scope")),
            (json!({"scope": "selected"}), None),
            (json!({"user_ids": ["x", null, [1]]}), None),
            (json!({"scope": "selected", "user_ids": ["x"]}), None),
            (json!({"user_ids": "2"}), Some("user_ids")),
            (
                json!({"filter": [{"id": "password", "value": "$2y"}]}),
                Some("filter"),
            ),
            (json!({"filter": [{"id": "email"}]}), Some("filter")),
        ] {
            let mut body = extra.clone();
            if let (Value::Object(body), Value::Object(members)) = (&mut body, members.clone()) {
                body.extend(members);
            }
            let answer = site.post_as(&chief, &at(route), body).await;
            assert_eq!(answer.status, 422, "{route} {members}: {}", answer.text);
            match field {
                Some(field) => assert_eq!(told(&answer), [field], "{route} {members}"),
                None => assert_eq!(answer.message(), "user_ids不能为空"),
            }
        }
    }
    let empty = site.post_as(&chief, &at("user/sendMail"), json!({})).await;
    assert_eq!(told(&empty), ["content", "subject"]);
    let tasks = site
        .fakes
        .store
        .read(|tables| tables.panel.user_tasks.len());
    assert_eq!(tasks, 0);
}

/// The fakes carry nothing out, but they keep what was wanted.
#[actix_web::test]
async fn what_is_no_number_names_no_user_and_another_word_is_no_scope() {
    let (site, chief, _) = office().await;
    let begun = || {
        site.fakes.store.read(|tables| {
            let task = tables.panel.user_tasks.values().next_back()?;
            let ids = task.scope.ids()?.iter().map(|id| id.get());
            Some(ids.collect::<Vec<_>>())
        })
    };
    let mail = json!({"subject": "a", "content": "b"});
    for (route, members, expected) in [
        ("user/ban", json!({"user_ids": ["x", 3, "2", 3]}), [2, 3]),
        (
            "user/ban",
            json!({"scope": "selected", "user_ids": [null, 5, 4.5]}),
            [4, 5],
        ),
        ("user/sendMail", json!({"user_ids": [6, "y", 7]}), [6, 7]),
        (
            "user/sendMail",
            json!({"scope": "some", "user_ids": [8, 9]}),
            [8, 9],
        ),
        (
            "user/sendMail",
            json!({"scope": ["selected"], "user_ids": [1, 2]}),
            [1, 2],
        ),
    ] {
        let mut body = mail.clone();
        body.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        site.post_as(&chief, &at(route), body).await;
        assert_eq!(begun().as_deref(), Some(&expected[..]), "{route} {members}");
    }
    let odd = json!({"scope": "some", "user_ids": [1]});
    let refused = site.post_as(&chief, &at("user/ban"), odd).await;
    assert_eq!(told(&refused), ["scope"]);
    for nobody in [json!({"user_ids": ["x"]}), json!({"scope": "selected"})] {
        let answer = site.post_as(&chief, &at("user/dumpCSV"), nobody).await;
        assert_refused(&answer, 422, "user_ids不能为空");
    }
}

#[actix_web::test]
async fn a_mail_is_as_long_as_the_outbox_holds() {
    let (site, chief, _) = office().await;
    let kept = || {
        site.fakes.store.read(|tables| {
            let tasks = tables.panel.user_tasks.values();
            let contents = tasks.filter_map(|task| match &task.work {
                UserWork::Mail { content, .. } => Some(content.len()),
                UserWork::Ban | UserWork::Reset => None,
            });
            contents.collect::<Vec<_>>()
        })
    };
    for (content, fits) in [
        ("x".repeat(59_998), true),
        ("字".repeat(19_999), true),
        ("x".repeat(59_999), false),
        (format!("x{}x", "\n".repeat(30_000)), false),
    ] {
        let before = kept().len();
        let body = json!({"subject": "a", "content": content, "user_ids": [2]});
        let answer = site.post_as(&chief, &at("user/sendMail"), body).await;
        if fits {
            assert_eq!(kept().last(), Some(&content.len()));
        } else {
            assert_eq!(told(&answer), ["content"]);
        }
        assert_eq!(kept().len(), before + usize::from(fits));
    }
}
