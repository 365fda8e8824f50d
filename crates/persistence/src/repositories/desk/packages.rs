use async_trait::async_trait;
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, QueryResult, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::PackageOfferQueries;
use ferroboard_billing::{Gigabytes, PackageEnd, PackageRepository, PackageTerms, TrafficPackage};
use ferroboard_kernel::{Cents, PackageId, PlanId, StoreError, UnixSeconds};

use super::super::sql::places;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, SqlTx, reported};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::{Amount, Int, number};
use crate::odd_values;
use crate::schema::ferro_traffic_package as package;

/// The most packages that are listed.
const LIST_LENGTH: i64 = 1_000;

/// A row of `ferro_traffic_package`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = package)]
struct PackageRow {
    id: Int,
    name: String,
    traffic: Int,
    price: Amount,
    plans: Option<String>,
    lasts_until: String,
    shown: Int,
    sort: Option<Int>,
    capacity: Option<Int>,
    sold: Int,
    created_at: Int,
    updated_at: Int,
}

impl PackageRow {
    fn package(self) -> Result<TrafficPackage, StoreError> {
        let impossible = |column| odd_values::corrupt("ferro_traffic_package", &self.id.0, column);
        let until = PackageEnd::parse(&self.lasts_until);
        let plans = self.plans.as_deref().map(serde_json::from_str::<Vec<i64>>);
        let plans = plans.transpose().map_err(|_| impossible("plans"))?;
        Ok(TrafficPackage {
            id: PackageId::new(self.id.0),
            terms: PackageTerms {
                name: self.name,
                traffic: Gigabytes::new(self.traffic.0),
                price: Cents::new(self.price.0),
                plans: plans.map(|plans| plans.into_iter().map(PlanId::new).collect()),
                until: until.ok_or_else(|| impossible("lasts_until"))?,
                capacity: number(self.capacity),
            },
            show: self.shown.is_set(),
            sort: number(self.sort),
            sold: self.sold.0,
            created_at: UnixSeconds::new(self.created_at.0),
            updated_at: UnixSeconds::new(self.updated_at.0),
        })
    }
}

/// The numbers of plans as their column holds them.
fn plan_list(plans: &[PlanId]) -> String {
    let plans = plans.iter().map(ToString::to_string);
    format!("[{}]", plans.collect::<Vec<_>>().join(","))
}

/// What administrators say about a package, as it is stored.
macro_rules! columns {
    ($package:expr) => {
        (
            package::name.eq(&$package.terms.name),
            package::traffic.eq($package.terms.traffic.get()),
            package::price.eq($package.terms.price.get()),
            package::plans.eq($package.terms.plans.as_deref().map(plan_list)),
            package::lasts_until.eq($package.terms.until.as_str()),
            package::shown.eq(i64::from($package.show)),
            package::capacity.eq($package.terms.capacity),
            package::updated_at.eq($package.updated_at.get()),
        )
    };
}

/// Every package by number. A row that cannot be read must not take the others with it.
async fn list(connection: &mut Conn) -> QueryResult<Vec<TrafficPackage>> {
    let rows: Vec<PackageRow> = package::table
        .order(package::id)
        .limit(LIST_LENGTH)
        .select(PackageRow::as_select())
        .load(connection)
        .await?;
    let packages = rows.into_iter().map(PackageRow::package);
    Ok(packages.filter_map(Result::ok).collect())
}

#[async_trait]
impl PackageOfferQueries for SqlStore {
    async fn list_managed_packages(&self) -> Result<Vec<TrafficPackage>, StoreError> {
        let mut connection = self.reader().await?;
        let mut packages = list(&mut connection).await.map_err(reported)?;
        // Here and not in the statement: the databases sort NULL in different places.
        packages.sort_by_key(|package| package.sort);
        Ok(packages)
    }
}

#[async_trait]
impl PackageRepository for SqlTx {
    async fn list_packages(&mut self) -> Result<Vec<TrafficPackage>, StoreError> {
        let packages = list(self.open()?).await;
        self.settle(packages)
    }

    async fn find_package(&mut self, id: PackageId) -> Result<Option<TrafficPackage>, StoreError> {
        let row = package::table
            .filter(package::id.eq(id.get()))
            .select(PackageRow::as_select())
            .first(self.open()?)
            .await
            .optional();
        self.settle(row)?.map(PackageRow::package).transpose()
    }

    async fn lock_package(&mut self, id: PackageId) -> Result<Option<TrafficPackage>, StoreError> {
        let query = package::table
            .filter(package::id.eq(id.get()))
            .select(PackageRow::as_select());
        let row = lock!(query).first::<PackageRow>(self.open()?);
        let row = row.await.optional();
        self.settle(row)?.map(PackageRow::package).transpose()
    }

    async fn insert_package(&mut self, package: &TrafficPackage) -> Result<PackageId, StoreError> {
        let insert = diesel::insert_into(package::table).values((
            package::sold.eq(package.sold),
            package::created_at.eq(package.created_at.get()),
            columns!(package),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, package::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| PackageId::new(id.0))
    }

    async fn update_package(&mut self, package: &TrafficPackage) -> Result<bool, StoreError> {
        let stored = package::table.filter(package::id.eq(package.id.get()));
        let updated = diesel::update(stored)
            .set(columns!(package))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn delete_package(&mut self, id: PackageId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(package::table.filter(package::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }

    async fn list_package_places(
        &mut self,
        packages: &[PackageId],
    ) -> Result<Vec<(PackageId, Option<i64>)>, StoreError> {
        let ids: Vec<i64> = packages.iter().map(|id| id.get()).collect();
        let places: Result<Vec<(Int, Option<Int>)>, _> = package::table
            .filter(package::id.eq_any(ids))
            .order(package::id)
            .select((package::id, package::sort))
            .load(self.open()?)
            .await;
        let places = self.settle(places)?.into_iter();
        Ok(places
            .map(|(id, place)| (PackageId::new(id.0), number(place)))
            .collect())
    }

    async fn update_package_places(
        &mut self,
        places: &[(PackageId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let places = places.iter().map(|(id, place)| (id.get(), *place));
        let places: Vec<(i64, i64)> = places.collect();
        if places.is_empty() {
            return Ok(());
        }
        let changed = format!(", updated_at = {}", at.get());
        let update = places::written("ferro_traffic_package", &places, &changed);
        let updated = diesel::sql_query(update).execute(self.open()?).await;
        self.settle(updated).map(drop)
    }

    async fn move_package_sold(&mut self, id: PackageId) -> Result<bool, StoreError> {
        let able = package::table.filter(package::id.eq(id.get())).filter(
            package::capacity
                .is_null()
                .or(package::capacity.gt(package::sold.nullable())),
        );
        let counted = diesel::update(able)
            .set(package::sold.eq(package::sold + 1))
            .execute(self.open()?)
            .await;
        self.settle(counted).map(|count| count == 1)
    }

    async fn update_package_sold(&mut self, id: PackageId) -> Result<(), StoreError> {
        let less = fixed::<BigInt>("CASE WHEN sold > 0 THEN sold - 1 ELSE 0 END".to_owned());
        let counted = diesel::update(package::table.filter(package::id.eq(id.get())))
            .set(package::sold.eq(less))
            .execute(self.open()?)
            .await;
        self.settle(counted).map(drop)
    }
}
