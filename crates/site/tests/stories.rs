//! Settings as they come out of the table in memory.
#![allow(
    clippy::unwrap_used,
    reason = "everything here is a test, where a panic is the report"
)]

use ferroboard_kernel::UnixSeconds;
use ferroboard_site::testing::HasSite as _;
use ferroboard_site::{SettingRepository as _, Settings};
use ferroboard_testing::MemoryStore;

const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

#[tokio::test]
async fn what_is_written_is_what_the_panel_reads() {
    let mut tx = MemoryStore::default().transaction().await.unwrap();
    assert!(tx.insert_setting("app_name", "Panel", NOW).await.unwrap());
    assert!(!tx.insert_setting("app_name", "Another", NOW).await.unwrap());
    tx.update_setting("stop_register", Some("1"), NOW)
        .await
        .unwrap();
    tx.update_setting("try_out_hour", None, NOW).await.unwrap();
    let rows = tx.site().unwrap().settings.clone();
    let settings = Settings::from_rows(rows);
    assert_eq!(settings.site.app_name, "Panel");
    assert!(settings.site.stop_register);
    assert_eq!(
        settings.site.try_out_hour,
        Settings::default().site.try_out_hour
    );
}
