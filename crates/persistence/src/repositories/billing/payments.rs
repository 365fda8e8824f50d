use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_application::PaymentQueries;
use ferroboard_billing::{GatewayConfig, PaymentMethod, PaymentRepository};
use ferroboard_kernel::{Cents, PaymentId, Percent, StoreError};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, SqlTx, dialect, flag, is_storable, reported};
use crate::fixed::{Fixed, fixed};
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::schema::v2_payment;

/// The most methods that a list shows.
pub(super) const LIST_LENGTH: i64 = 200;

/// The columns of a [`PaymentMethod`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_payment)]
pub(super) struct PaymentRow {
    id: Int,
    uuid: String,
    payment: String,
    name: String,
    icon: Option<String>,
    config: String,
    notify_domain: Option<String>,
    handling_fee_fixed: Option<Amount>,
    #[diesel(
        select_expression = fee_hundredths(),
        select_expression_type = Fixed<Nullable<BigInt>>
    )]
    fee_hundredths: Option<Int>,
    enable: Int,
    sort: Option<Int>,
}

impl From<PaymentRow> for PaymentMethod {
    fn from(row: PaymentRow) -> Self {
        odd_values::tell_no_json("v2_payment", row.id.0, &[("config", Some(&row.config))]);
        Self {
            id: PaymentId::new(row.id.0),
            uuid: row.uuid.trim_end().to_owned(),
            gateway: row.payment,
            name: row.name,
            icon: row.icon,
            config: GatewayConfig::from_json(&row.config),
            notify_domain: row.notify_domain,
            fee_fixed: row.handling_fee_fixed.map(|fee| Cents::new(fee.0)),
            fee_percent: row.fee_hundredths.map(|fee| Percent::hundredths(fee.0)),
            enabled: row.enable.is_set(),
            sort: row.sort.map(|place| place.0),
        }
    }
}

/// The share of the fee is a decimal number with two places (on SQLite a floating-point one), and is read as a whole
/// number of hundredths.
fn fee_hundredths() -> Fixed<Nullable<BigInt>> {
    fixed(dialect::whole_parts("v2_payment.handling_fee_percent", 100))
}

/// The method, switched on or not.
pub(in super::super) async fn find(
    connection: &mut Conn,
    id: PaymentId,
) -> QueryResult<Option<PaymentMethod>> {
    let row = v2_payment::table
        .filter(v2_payment::id.eq(id.get()))
        .select(PaymentRow::as_select())
        .first::<PaymentRow>(connection)
        .await
        .optional()?;
    Ok(row.map(PaymentMethod::from))
}

/// The method that notification addresses name so, spelled exactly.
async fn find_by_uuid(connection: &mut Conn, uuid: &str) -> QueryResult<Option<PaymentMethod>> {
    if !is_storable(uuid) {
        return Ok(None);
    }
    let rows = v2_payment::table
        .filter(v2_payment::uuid.eq(uuid))
        .order(v2_payment::id)
        .select(PaymentRow::as_select())
        .load::<PaymentRow>(connection)
        .await?;
    let mut methods = rows.into_iter().map(PaymentMethod::from);
    Ok(methods.find(|method| method.uuid == uuid))
}

#[async_trait]
impl PaymentRepository for SqlTx {
    async fn find_payment(&mut self, id: PaymentId) -> Result<Option<PaymentMethod>, StoreError> {
        let method = find(self.open()?, id).await;
        self.settle(method)
    }

    async fn find_standing_payment(
        &mut self,
        id: PaymentId,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        self.hold_row("v2_payment", id.get()).await?;
        self.find_payment(id).await
    }

    async fn find_payment_by_uuid(
        &mut self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        let method = find_by_uuid(self.open()?, uuid).await;
        self.settle(method)
    }
}

#[async_trait]
impl PaymentQueries for SqlStore {
    async fn list_payment_methods(&self) -> Result<Vec<PaymentMethod>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = v2_payment::table
            .filter(v2_payment::enable.eq(flag(true)))
            .order(v2_payment::id)
            .limit(LIST_LENGTH)
            .select(PaymentRow::as_select())
            .load::<PaymentRow>(&mut *connection)
            .await
            .map_err(reported)?;
        let mut methods: Vec<PaymentMethod> = rows.into_iter().map(PaymentMethod::from).collect();
        // Here and not in the statement: the databases sort NULL in different places.
        methods.sort_by_key(|method| method.sort);
        Ok(methods)
    }

    async fn find_payment_method(
        &self,
        id: PaymentId,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        let mut connection = self.reader().await?;
        find(&mut connection, id).await.map_err(reported)
    }

    async fn find_payment_method_by_uuid(
        &self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError> {
        let mut connection = self.reader().await?;
        find_by_uuid(&mut connection, uuid).await.map_err(reported)
    }
}
