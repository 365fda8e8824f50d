use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, Payment,
    PaymentGateways as _,
};

use crate::fake::{Asked, FakeGateway, ok};
use crate::scene::*;

const MERCHANT_PKCS1: &str = include_str!("keys/merchant.pkcs1.pem");
const MERCHANT_PKCS8: &str = include_str!("keys/merchant.pkcs8.pem");
const ALIPAY_PUBLIC: &str = include_str!("keys/alipay.public.pem");

const SETTINGS: [(&str, &str); 3] = [
    ("app_id", "2021"),
    ("private_key", MERCHANT_PKCS8),
    ("public_key", ALIPAY_PUBLIC),
];

const PAID: [(&str, &str); 9] = [
    ("app_id", "2021"),
    ("out_trade_no", TRADE_NO),
    ("trade_no", "AL1"),
    ("total_amount", "45.00"),
    ("trade_status", "TRADE_SUCCESS"),
    ("subject", "Ferro - 订阅"),
    ("charset", "UTF-8"),
    (
        "sign",
        "oaRWxja+m5RqDs5gO0eH50cBVuvATXKawKodtwRNv08xsUu2N6EbrkZMxZ7wNW6xkjz3uUxXPSNOXw1yd7eaS9SYvaoogkSUKv6VBI2rnZFB0IjYZXoJdIMpoI4NyjSoWoysbXdrs1ljx7XSktq3zv/cJYKPIMkDKQnnkbraBUCqjd+dhH0w+K2dmM07UqfU1CvwIrqpmztCVk8HkUsKvInjMOIvB74cXoV9aYCjCmA3sfILFOUWCUHGXsteAeCfIwfZI19TtwOG8eBFk4Vv9TXRpbPSXJI3EfxbPE4MbqtJ4hOj4eOHXK/LtIuwFv3e1U4rZTGqWWz1zdnRAd73IA==",
    ),
    ("sign_type", "RSA2"),
];

/// `openssl dgst -sha256 -sign` with the merchant's key over the sorted parameters of the request.
const PRECREATE_SIGN: &str = "DgmCIOTOxIAkwM1KoBgtPhI3jSKnXp75SYGLy7Ux+FJFZ5vN9ZpIIUnQ0RaOX/qvOfozosW5rRarE0yD0aX8ZlsM0Me8mkmrFZk8qsApbffIMGZMl9u+eV5RrG1osrQoiitYpvS9L0/ea7U/MKIiytBesvOa2emy+9P+jPIhuQpYqz0CYtprPlMT5wsCndv1idxuHq/mq2oTHhGXentDOlkZ9Pgl2jyz6A7Z0/SbTrj3JYNMp9DbAy373KwfEe4jACJmG6Grvf2mCVeRnGIl+aESg7UXGiFUOQPNchL7YdyjqbZ6df1jU1jY2kihbnZ8DpgE7wEPFgfbf+san1P8fw==";
/// The same for the question about the order.
const QUERY_SIGN: &str = "O0qfyQiF4QfoIQ/Lzyl86uYbN6tzkdNJaAnrFAF+ZekUyVAlSJPt4AEEDchWw1IcFpj9mtVWj5gsLiTaEqcATAXV8e+ebbZ5iytJPrwQnFshkcRbwJqUZSTkG+sHkb2XOKzM0b5NthKmW8gsR2hOtbexGUUNUGbHX+K+t3+IEIvuc0/x8TKXhWR9xNSus2sff+42tnB+BREfooUAYnwim1EW4d34+Vpd+FfO5ju/px4MCgdYq1nmmjpCf6wxOjP//+MkdHaeGB8SYOPyYsclkRwK3QYWnh11rF2lUktd33HZsx8ysXmqelsrBH6h8uylFkcD71Z6oOHn83f9h5rybA==";

/// A key as Alipay shows it: on one line, without the first and the last.
fn one_line(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

fn parameters(asked: &Asked) -> Vec<(String, String)> {
    let (path, query) = asked.line.split_once('?').unwrap();
    assert_eq!(path, "GET /gateway.do");
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.into_owned().collect()
}

fn parameter(asked: &Asked, name: &str) -> String {
    let all = parameters(asked);
    let found = all.into_iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// An Alipay that answers whoever signs like this.
async fn alipay(sign: &'static str, answer: String) -> FakeGateway {
    FakeGateway::start(move |asked: &Asked| {
        if parameter(asked, "sign") == sign {
            ok(answer.clone())
        } else {
            ok(r#"{"error_response":{"code":"40002","sub_msg":"isv.invalid-signature"}}"#)
        }
    })
    .await
}

async fn verify(
    config: &GatewayConfig,
    others: &[(&str, &str)],
) -> Result<NoticeVerdict, NoticeRefused> {
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::AlipayF2F);
    gateway
        .verify(config, &form_notice(&PAID, others), NOW)
        .await
}

#[tokio::test]
async fn a_code_is_made_for_every_shape_of_key() {
    let created = r#"{"alipay_trade_precreate_response":{"code":"10000","msg":"Success","qr_code":"https://qr.alipay.test/1"},"sign":"x"}"#;
    let alipay = alipay(PRECREATE_SIGN, created.to_owned()).await;
    let gateways = gateways_at(&alipay.address);
    let gateway = gateways.gateway(GatewayCode::AlipayF2F);
    let request = request(GatewayCode::AlipayF2F);
    for key in [
        MERCHANT_PKCS8.to_owned(),
        MERCHANT_PKCS1.to_owned(),
        one_line(MERCHANT_PKCS8),
        one_line(MERCHANT_PKCS1),
    ] {
        let settings = config_but(&SETTINGS, "private_key", &key);
        assert_eq!(
            gateway.pay(&settings, &request).await,
            Ok(Payment::Code("https://qr.alipay.test/1".to_owned()))
        );
    }
    let sent = parameters(&alipay.asked()[0]);
    let expected = [
        ("_input_charset", "UTF-8"),
        ("app_id", "2021"),
        (
            "biz_content",
            r#"{"out_trade_no":"2025010100000000000000006","subject":"Ferro - 订阅","total_amount":"45.00"}"#,
        ),
        ("charset", "UTF-8"),
        ("method", "alipay.trade.precreate"),
        (
            "notify_url",
            "https://panel.test/api/v1/guest/payment/notify/AlipayF2F/payuuid1",
        ),
        ("sign", PRECREATE_SIGN),
        ("sign_type", "RSA2"),
        // Shanghai's time.
        ("timestamp", "2026-01-02 11:04:05"),
        ("version", "1.0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(sent, expected);

    let named = config_but(&SETTINGS, "product_name", "Tea");
    assert_eq!(
        gateway.pay(&named, &request).await,
        Err(GatewayError::Refused("isv.invalid-signature".to_owned()))
    );
    assert!(parameter(&alipay.asked()[4], "biz_content").contains(r#""subject":"Tea""#));
    for (name, value) in [
        ("app_id", ""),
        ("private_key", ""),
        ("private_key", "k"),
        ("public_key", ""),
        ("public_key", "k"),
    ] {
        assert_eq!(
            gateway
                .pay(&config_but(&SETTINGS, name, value), &request)
                .await,
            Err(GatewayError::Unconfigured(name))
        );
    }
}

#[tokio::test]
async fn a_refusal_is_told() {
    let refusal = r#"{"alipay_trade_precreate_response":{"code":"40004","msg":"Business Failed","sub_code":"ACQ.X","sub_msg":"not signed up"}}"#;
    let alipay = alipay(PRECREATE_SIGN, refusal.to_owned()).await;
    let gateways = gateways_at(&alipay.address);
    let gateway = gateways.gateway(GatewayCode::AlipayF2F);
    let request = request(GatewayCode::AlipayF2F);
    assert_eq!(
        gateway.pay(&config(&SETTINGS), &request).await,
        Err(GatewayError::Refused("not signed up".to_owned()))
    );
}

#[tokio::test]
async fn paid_notices_are_believed() {
    let settings = config(&SETTINGS);
    let pasted = config_but(&SETTINGS, "public_key", &one_line(ALIPAY_PUBLIC));
    for (config, others, cents) in [
        (&settings, vec![], 4_500),
        (&settings, vec![], 4_500),
        (&pasted, vec![], 4_500),
        (
            &settings,
            vec![
                ("trade_status", "TRADE_FINISHED"),
                (
                    "sign",
                    "acfSOce9oP1NVsd85TUK3jIMkjxat1+CQjQ3QuyCqoSw6ndn9jOO6268sBQx4mtV92+pnIHb/S5DBicYl0LS5F34G8qhdFPwhxnKln3ewng+tonTC2Lv0XSPgifpMipcNIkCyvCDOoWmpqmzMnuG8kfJ6dQHcq5X8lTC56RtC/2333YAFSDaifWSR2Ed5xvKpOnaj2KOivGAmRG+EwG5Sz354TGcWfYlz5pyXusiOLD8SW8QlCYfG/nFO0tAG22QKDFqIVBTwEpJNKQWqZOF+ijenXDW0c2/D/+e+7H8ixkU+QaWgwQUHUNPdNU2PqOaUvH1wNyZ9r93Zlv7by1lBA==",
                ),
            ],
            4_500,
        ),
        (
            &settings,
            vec![
                ("total_amount", "0.01"),
                (
                    "sign",
                    "BV7BjzoUEPlaxIESvmep1bW8Tp4LzaKnkerDhdo87OfGqO63k6yZ/iIUh1GMSnPy2X6hAnumpIE7R2i6uqDGGaUkCVz3b8Jjoc+8r1fIkTacdY2CtUiKU9ergVSNciDUDI02LP1qI+ghMfPyKQ2VaMVy74mWz6dGLHORuwVbhwdib6SfDvohMk1y4a4wi4YjKr0ONgJCbi4i7Me5UYAY4KXLJd/kHGO4PQx6F7CDRq94DQOCUv2LKqALBw9Y23kA2G568Ri5gyokRQy5h1TDVuctWmq7PfQ/2tVLlUxjrsowtj6lEC7z9HvaNYG7NB2xywW4XJUsGo7JfOmMAWJ6Uw==",
                ),
            ],
            1,
        ),
    ] {
        assert_eq!(
            verify(config, &others).await,
            Ok(NoticeVerdict::Paid(paid("AL1", cents)))
        );
    }
}

#[tokio::test]
async fn what_is_not_paid_changes_nothing() {
    for others in [
        [
            ("trade_status", "WAIT_BUYER_PAY"),
            (
                "sign",
                "oRYut9UhZVzIG9wrL7nSr0J/bj4wxq38gu9MOllLntH7WRXf+n/LYwLAc4ovkA6ViSrzYl8b/KoKAfygbRShtXXecGiFPnoTMeOUINt06SSkP0q3ZJlt8jbt6NGfoUYPqJpsiBfELXbKpgRKppbRHYb7Ifa98OJvf6ZM7MQV/x8+2VVIgyDqQtOrA9WoR0Wmo1SHYggK+vlYukB5PBXXPX4XPUc1x0v1sp/x/0OMPX26oNyrerwgixHIhuyKTZDdSioezuHZca/o+MlbrNoF2kBxgDpyUAmMARbRc5HbbbJnOmf5ya8fHzrlYsH7FsoAKrvc3IiDSUortOeobolfwA==",
            ),
        ],
        [
            ("trade_status", "TRADE_CLOSED"),
            (
                "sign",
                "D7SE1U7dEmnxgArwD46/XILXStlUWZet4WZVsLWPIfbBezd7B3M+QkRanzhrfTgMhBTNKp907IpjXJUSk/MgjLGhIifxkxfmJLHiGFof5BRf76tEQZ4STtgDUma8ZtHNlMIq5pZXOW5Ou/gHYvDhUirkznkt1lVaDCAzBs4V0SeyYLAwL39Kjg0d/whn+jqiDt9hvk5AOxDdIEacv8yt4iPuNWDFpwJjT3FJQLJ8q1OIB1cKRfZ0P84+OkUrmB+/rgPYCxMEK6wdcPGwku0AXcA8M5pBc1joMyL2VQG+oMCkLwTawR6ZZJ7suoGhp/0DxmufBYsPqk7NrFx+NN9IUQ==",
            ),
        ],
        [
            ("gmt_refund", "2026-01-02 12:00:00"),
            (
                "sign",
                "ifXkhQLRSYLZQQGr3coJ6XqasX2wzyDKtozF/rA7ikLKSHkCt6ca2XjJtxjG7s/lEfToaKl+PHmaxZDOyhEppIL58IipK5cckCfvFB+uV7rqjWXtuBlOwmnGk2kNwzgZpNd3ex7eJpHNwF1htRxn4K6dJDghPgTqJPUzC14SzaykYksy3FUT4NUybFGbNWJd8/PJyZZHFz761o6pKjece1F+bmxMhuMQrTig4rL0fxbVjenPpUrw4KSaaNi4CUwPloEjNkyZf4lT7sMiprE15y9Xq2SYNcKFDnhbJMVeEbSJyLLWEaUwCMTDga99vMwbDO8YWIHnuo8LDaAhNXos2g==",
            ),
        ],
    ] {
        let verdict = verify(&config(&SETTINGS), &others).await;
        assert_eq!(verdict, Ok(not_final("success")), "{others:?}");
    }
}

#[tokio::test]
async fn forgeries_are_refused() {
    use NoticeRefused::{ForeignMerchant, Malformed, Signature, Unconfigured};
    for (others, refusal) in [
        (vec![("sign", "eA==")], Signature),
        (vec![("sign", "?")], Signature),
        (vec![("sign", "")], Signature),
        // Signed by the merchant instead of Alipay.
        (
            vec![(
                "sign",
                "D6p7kLmHfqWWU8sXqZ2JKygNxuKJMcQ8CHItkreWogWorE3rLZtn7aZV/OvBU8hke/dJn8TvXXB8VASJXn21NeYdOXZ4aqIEQpm+PLjbIUDO67ZMNMudPEL7HQin7m8F7cGCxMdOpB1SyaEkeefbocPGNm9a3J1ILrVVhxRzfX+aLDrcqfqvMnMkZFvAvkZxpJP1s6L00abr0xYwzgwAcL7yG1dbNAgxgjph5mImZr3P03EDKgzIDNyh0XLUGHfsx2iMZqaRjoFx5shJxdcXunCMI7CBfiRWkOs5moMY/x8EgQYEPsq8mYTGU3tQT/oBMD+vJjwsFpsSReKFUK19dQ==",
            )],
            Signature,
        ),
        (vec![("total_amount", "9999.00")], Signature),
        (vec![("extra", "1")], Signature),
        (
            vec![
                ("app_id", "2022"),
                (
                    "sign",
                    "ewksXIju+vYy9WDY6gItfuQ6UtRCogdHVF3eElgfpe/vJJOwObFH9LM8YWpERv64shcNjapU+CJIyaYvVlM9LrnjP+Ya527dnElPx+soi3zxcIeO6PtPv2tTol8YGrJFjdr7Grm3QND/EMRzLlOnv3SHNfou1UkeLS21fWEHe8tnEz3BCBdQvFz/1WOIG57hI9ELw0Ywoy/X2Sa5igYN9rQiwuaNXrQWdiwf9px/L2KVp+DKAr9Boqs0FQQT25nCqKsFNTfNRTrhX6QSKQc00LHzLpK3qStpiSemYIsTaHvE6zPqd8piMd2ZYVYkNi6GgEvdtDbGYLfAvxgZBMdulA==",
                ),
            ],
            ForeignMerchant,
        ),
        (
            vec![
                ("total_amount", "45,00"),
                (
                    "sign",
                    "kziVDfdVhCLX1cUzwM+TbfTTThpOb5Hj3wITO8Y05+yejKM4eMnpHZwGPHMuNCjN+Lv/T4RgFix8siJ7gV/UhvlbR0olnMiy/RxYiyh/aq13sst4d0rO2fM2oMsY38dPLn767HWIhbsIz4ETI/TgOxqD0r50OIt6kLbGDwk5FzPUEw0Q1/pigA0AszWZC2xpzenorzM+qJjdEVXioPQj+S3tM+Yk5a6ZrYT4Jr3g7B9JwQYQ4cCxiu6Nme/09mhUWExR/G2n7xUJWYuj029wlg7xu/GkAI1eW8+byVuDPlpWnYn9+x4yQeLG9Q8kkLavTm9I3E9M0Lfmu2GmBn5XIA==",
                ),
            ],
            Malformed,
        ),
    ] {
        let verdict = verify(&config(&SETTINGS), &others).await;
        assert_eq!(verdict, Err(refusal), "{others:?}");
    }
    for key in ["", "k"] {
        let verdict = verify(&config_but(&SETTINGS, "public_key", key), &[]).await;
        assert_eq!(verdict, Err(Unconfigured));
    }
}

#[tokio::test]
async fn alipay_is_asked_about_an_order() {
    let part = |rest: &str| format!(r#"{{"alipay_trade_query_response":{{{rest}}}}}"#);
    let order = |status: &str, number: &str| {
        part(&format!(
            r#""code":"10000","msg":"Success","trade_no":"AL1","out_trade_no":"{number}","trade_status":"{status}","total_amount":"45.00""#
        ))
    };
    let unknown = r#""code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"no such trade""#;
    let failed = r#""code":"20000","msg":"Service Currently Unavailable""#;
    for (answer, expected) in [
        (
            order("TRADE_SUCCESS", TRADE_NO),
            Ok(Some(paid("AL1", 4_500))),
        ),
        (
            order("TRADE_FINISHED", TRADE_NO),
            Ok(Some(paid("AL1", 4_500))),
        ),
        (order("WAIT_BUYER_PAY", TRADE_NO), Ok(None)),
        (order("TRADE_SUCCESS", "other"), Ok(None)),
        (part(unknown), Ok(None)),
        (
            part(failed),
            Err(GatewayError::Refused(
                "Service Currently Unavailable".to_owned(),
            )),
        ),
    ] {
        let alipay = alipay(QUERY_SIGN, answer).await;
        let gateways = gateways_at(&alipay.address);
        let gateway = gateways.gateway(GatewayCode::AlipayF2F);
        let payment = gateway.find_payment(&config(&SETTINGS), &trade_no()).await;
        assert_eq!(payment, expected);
    }
}
