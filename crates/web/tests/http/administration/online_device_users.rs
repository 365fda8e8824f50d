//! Who may ask from where users are connected; what is answered is asked of a database in `tests/journeys`.

use ferroboard_kernel::UserId;
use serde_json::json;

use crate::harness::Site;

const PATH: &str = "/api/v1/hidden-door/user-online-devices/users";

#[actix_web::test]
async fn devices_are_for_administrators_alone() {
    let site = Site::with_settings(&[("secure_path", "hidden-door")]).await;
    site.alice().await;
    site.promote(UserId::new(1));
    let bob = json!({"email": "bob@demo.test", "password": "password-x"});
    let registered = site.post("/api/v1/passport/auth/register", bob).await;
    let token = registered.body()["data"]["token"].clone();
    assert_eq!(site.get_as(token.as_str().unwrap(), PATH).await.status, 403);
    assert_eq!(site.get(PATH).await.status, 403);
    let other = "/api/v1/other-door/user-online-devices/users";
    assert_eq!(site.get(other).await.status, 404);
}
