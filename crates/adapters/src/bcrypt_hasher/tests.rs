use super::*;

const ASKED: Requester = Requester::operator();

fn hasher(cost: u32) -> BcryptHasher {
    BcryptHasher::start(HashingOptions {
        cost,
        ..HashingOptions::default()
    })
    .unwrap()
}

fn stored(hash: &str, algo: Option<&str>, salt: Option<&str>) -> StoredPassword {
    StoredPassword {
        hash: hash.to_owned(),
        algo: algo.map(Into::into),
        salt: salt.map(Into::into),
    }
}

async fn verdict(typed: &str, stored: &StoredPassword) -> PasswordVerdict {
    let typed = Password::typed(typed);
    hasher(4)
        .verify(&typed, Some(stored), &ASKED)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_fresh_hash_is_of_php_s_kind_and_verifies() {
    let password = Password::parse("密码 password").unwrap();
    let hash = hasher(4).hash(&password, &ASKED).await.unwrap();
    assert!(hash.starts_with("$2y$04$") && hash.len() == 60, "{hash}");
    let again = hasher(4).hash(&password, &ASKED).await.unwrap();
    assert_ne!(hash, again, "the salt is random");
    let stored = stored(&hash, None, None);
    assert_eq!(
        verdict("密码 password", &stored).await,
        PasswordVerdict::Right
    );
    assert_eq!(
        verdict("密码 Password", &stored).await,
        PasswordVerdict::Wrong
    );
    assert_eq!(verdict("", &stored).await, PasswordVerdict::Wrong);
}

/// Vectors of `crypt_blowfish`.
#[tokio::test]
async fn published_bcrypt_hashes_verify_under_each_prefix() {
    let long = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (tail, typed) in [
        (
            "$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "U*U",
        ),
        (
            "$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
            "U*U*",
        ),
        (
            "$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
            long,
        ),
    ] {
        for prefix in ["$2y", "$2a", "$2b"] {
            let stored = stored(&format!("{prefix}{tail}"), None, None);
            assert_eq!(verdict(typed, &stored).await, PasswordVerdict::Right);
            assert_eq!(verdict("U*U**", &stored).await, PasswordVerdict::Wrong);
        }
    }
    let stored = stored(
        "$2y$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
        None,
        None,
    );
    let longer = format!("{long}chars after 72 are ignored");
    assert_eq!(verdict(&longer, &stored).await, PasswordVerdict::Right);
}

#[tokio::test]
async fn a_lower_cost_is_outdated_and_a_higher_one_is_not() {
    let password = Password::parse("password").unwrap();
    let cheap = stored(
        &hasher(4).hash(&password, &ASKED).await.unwrap(),
        None,
        None,
    );
    let dear = stored(
        &hasher(6).hash(&password, &ASKED).await.unwrap(),
        None,
        None,
    );
    let judge = async |stored| {
        hasher(5)
            .verify(&password, Some(stored), &ASKED)
            .await
            .unwrap()
    };
    assert_eq!(judge(&cheap).await, PasswordVerdict::RightButOutdated);
    assert_eq!(judge(&dear).await, PasswordVerdict::Right);
}

#[tokio::test]
async fn legacy_digests_and_argon2_are_right_but_outdated() {
    let md5 = "5f4dcc3b5aa765d61d8327deb882cf99";
    let sha256 = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
    let md5_salted = "b305cadbb3bce54f3aa59c64fec00dea";
    let sha256_salted = "7a37b85c8918eac19a9089c0fa5a2ab4dce3f90528dcdeec108b23ddf3607b99";
    let argon2id =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    let argon2i =
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8";
    for stored in [
        stored(md5, Some("md5"), None),
        stored(md5, Some("md5"), Some("salt")),
        stored(md5, Some("md5salt"), None),
        stored(md5_salted, Some("md5salt"), Some("salt")),
        stored(sha256, Some("sha256"), None),
        stored(sha256_salted, Some("sha256salt"), Some("salt")),
        stored(argon2id, None, None),
        stored(argon2i, Some("argon2i"), None),
    ] {
        let right = verdict("password", &stored).await;
        assert_eq!(right, PasswordVerdict::RightButOutdated, "{}", stored.hash);
        let wrong = verdict("Password", &stored).await;
        assert_eq!(wrong, PasswordVerdict::Wrong, "{}", stored.hash);
    }
}

#[tokio::test]
async fn what_is_no_hash_is_wrong_and_no_error() {
    let right = "$2y$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    for (hash, algo) in [
        ("", None),
        ("password", None),
        ("5f4dcc3b5aa765d61d8327deb882cf99", None),
        ("5F4DCC3B5AA765D61D8327DEB882CF99", Some("md5")),
        ("$2y$", None),
        (
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            None,
        ),
        (
            "$2y$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            None,
        ),
        ("$argon2id$v=19$m=256", None),
        (right, Some("md5")),
    ] {
        let stored = stored(hash, algo, None);
        assert_eq!(
            verdict("password", &stored).await,
            PasswordVerdict::Wrong,
            "{hash}"
        );
    }
}

#[tokio::test]
async fn a_nul_byte_is_neither_hashed_nor_right() {
    let password = Password::typed("pass\0word");
    assert!(matches!(
        hasher(4).hash(&password, &ASKED).await,
        Err(HashingFailed::Broken(_))
    ));
    let digest = stored("0a45ee03925ef3cab71483d018a4317c", Some("md5"), None);
    assert_eq!(verdict("pass\0word", &digest).await, PasswordVerdict::Wrong);
    let hash = hasher(4)
        .hash(&Password::typed("pass"), &ASKED)
        .await
        .unwrap();
    let truncated = stored(&hash, None, None);
    assert_eq!(
        verdict("pass\0word", &truncated).await,
        PasswordVerdict::Wrong
    );
}

/// By the work that is done: a clock would measure what else the machine does.
#[test]
fn a_refusal_costs_the_same_whatever_is_stored() {
    const TODAY: u32 = 5;
    let wrong = Password::typed("another password");
    let of_cost = |cost: u32| {
        let hash = hash(&Password::typed("password"), cost).unwrap();
        stored(&hash, None, None)
    };
    let digest = stored("00000000000000000000000000000000", Some("md5"), None);
    let argon2 =
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8";
    for (stored, is_made_up) in [
        (None, true),
        (Some(digest), true),
        (Some(stored("", None, None)), true),
        (Some(stored(argon2, None, None)), true),
        (Some(of_cost(TODAY - 1)), true),
        (Some(of_cost(TODAY)), false),
        (Some(of_cost(TODAY + 1)), false),
    ] {
        let mut spent = None;
        let note = |password: &Password, cost| {
            let parts = spend(password, cost).unwrap();
            spent = Some(parts.get_cost());
        };
        let verdict = judge(&wrong, stored.as_ref(), TODAY, note);
        assert_eq!(verdict, PasswordVerdict::Wrong);
        assert_eq!(spent, is_made_up.then_some(TODAY), "{stored:?}");
    }
}

#[test]
fn threads_give_way_as_far_as_there_is_a_way() {
    for niceness in [20, 255] {
        let options = HashingOptions {
            niceness,
            ..HashingOptions::default()
        };
        let refused = options.check();
        assert!(matches!(refused, Err(HashingRefused::TooNice(n)) if n == niceness));
    }
}

#[test]
fn impossible_costs_are_refused() {
    for cost in [0, 3, 32] {
        let options = HashingOptions {
            cost,
            ..HashingOptions::default()
        };
        let refused = BcryptHasher::start(options);
        assert!(matches!(refused, Err(HashingRefused::Cost(c)) if c == cost));
    }
}
