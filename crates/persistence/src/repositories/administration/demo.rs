use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::{QueryDsl as _, QueryResult};
use ferroboard_application::{DemoObstacle, DemoRepository};
use ferroboard_kernel::StoreError;

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx};
use crate::schema::{v2_coupon, v2_knowledge, v2_order, v2_payment, v2_plan, v2_server};

/// Whether a table has any row.
macro_rules! has_rows {
    ($table:ident, $connection:expr) => {
        diesel::select(exists($table::table.select($table::id)))
            .get_result::<bool>(&mut *$connection)
            .await?
    };
}

async fn obstacle(connection: &mut Conn) -> QueryResult<Option<DemoObstacle>> {
    Ok(if has_rows!(v2_plan, connection) {
        Some(DemoObstacle::Plans)
    } else if has_rows!(v2_order, connection) {
        Some(DemoObstacle::Orders)
    } else if has_rows!(v2_payment, connection) {
        Some(DemoObstacle::PaymentMethods)
    } else if has_rows!(v2_coupon, connection) {
        Some(DemoObstacle::Coupons)
    } else if has_rows!(v2_server, connection) {
        Some(DemoObstacle::Nodes)
    } else if has_rows!(v2_knowledge, connection) {
        Some(DemoObstacle::Articles)
    } else {
        None
    })
}

#[async_trait]
impl DemoRepository for SqlTx {
    async fn find_demo_obstacle(&mut self) -> Result<Option<DemoObstacle>, StoreError> {
        let found = obstacle(self.open()?).await;
        self.settle(found)
    }
}
