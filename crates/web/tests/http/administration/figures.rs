//! What is asked of the panel's statistics. What they answer is asked of databases in `tests/journeys`.

use ferroboard_kernel::UserId;
use serde_json::json;

use crate::harness::Site;

const PATH: &str = "hidden-door";

#[actix_web::test]
async fn what_is_odd_is_refused_with_its_field() {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    for (query, field) in [
        ("getOrder?start_date=x", "start_date"),
        ("getOrder?start_date=2025-1-1", "start_date"),
        ("getOrder?start_date=2025-02-30", "start_date"),
        ("getOrder?end_date=2025-01-01%2000:00:00", "end_date"),
        ("getOrder?end_date[]=2025-01-01", "end_date"),
        ("getOrder?type=x", "type"),
        ("getStatUser", "user_id"),
        ("getStatUser?user_id=x", "user_id"),
        ("getStatUser?user_id[]=1", "user_id"),
        ("getTrafficRank", "type"),
        ("getTrafficRank?type=x", "type"),
        ("getTrafficRank?type=node&start_time=5", "start_time"),
        ("getTrafficRank?type=user&end_time=10000000000", "end_time"),
        ("getTrafficRank?type=user&end_time=now", "end_time"),
        ("getRanking", "type"),
        ("getRanking?type=x", "type"),
        ("getStatRecord", "type"),
        ("getStatRecord?type[]=paid_total", "type"),
    ] {
        let path = format!("/api/v2/{PATH}/stat/{query}");
        let refused = site.get_as(&token, &path).await;
        assert_eq!(refused.status, 422, "{query}: {}", refused.text);
        let errors = refused.body()["errors"].clone();
        assert!(errors[field].is_array(), "{query}: {errors}");
    }
    let path = format!("/api/v2/{PATH}/stat/getStatUser");
    let refused = site.post_as(&token, &path, json!({"pageSize": 5})).await;
    assert_eq!(refused.status, 422);
}
