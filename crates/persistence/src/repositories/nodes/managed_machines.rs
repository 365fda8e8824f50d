use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::{MachineNodeView, MachineView, ManagedMachineQueries};
use ferroboard_kernel::{MachineId, NodeId, StoreError, UnixSeconds, Zone};
use ferroboard_nodes::{
    Load, Machine, MachineChange, MachineLoad, MachineReading, MachineTerms,
    ManagedMachineRepository, Usage,
};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, flag, reported};
use crate::failure::Failure;
use crate::integer::{Int, instant, number};
use crate::odd_values;
use crate::rows::CountOf;
use crate::schema::{
    v2_server, v2_server_machine as machine, v2_server_machine_load_history as history,
};
use crate::wall_clock::WallClock;

/// The most machines, or nodes of one, that a list holds.
const LIST_LENGTH: i64 = 5_000;

/// A row of `v2_server_machine`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = machine)]
struct MachineRow {
    id: Int,
    name: String,
    notes: Option<String>,
    token: String,
    is_active: Int,
    last_seen_at: Option<Int>,
    load_status: Option<String>,
    created_at: Option<WallClock>,
    updated_at: Option<WallClock>,
}

impl MachineRow {
    fn parts(self) -> (Machine, MachineTerms) {
        let active = self.is_active.is_set();
        let machine = Machine {
            id: MachineId::new(self.id.0),
            token: self.token,
            active,
        };
        let terms = MachineTerms {
            name: self.name,
            notes: self.notes,
            active,
        };
        (machine, terms)
    }

    fn view(self, nodes: &HashMap<i64, i64>, zone: Zone) -> MachineView {
        odd_values::tell_no_json(
            "v2_server_machine",
            self.id.0,
            &[("load_status", self.load_status.as_deref())],
        );
        let load = self.load_status.as_deref();
        let load = load.and_then(|load| serde_json::from_str(load).ok());
        let at = |stored| {
            let shown = WallClock::shown(stored);
            shown.map_or(UnixSeconds::default(), |shown| zone.instant(shown))
        };
        let (last_seen_at, created_at) = (instant(self.last_seen_at), at(self.created_at));
        let updated_at = at(self.updated_at);
        let (machine, terms) = self.parts();
        MachineView {
            id: machine.id,
            terms,
            last_seen_at,
            load,
            nodes: nodes.get(&machine.id.get()).copied().unwrap_or(0),
            created_at,
            updated_at,
        }
    }
}

#[async_trait]
impl ManagedMachineRepository for SqlTx {
    async fn lock_machine(
        &mut self,
        id: MachineId,
    ) -> Result<Option<(Machine, MachineTerms)>, StoreError> {
        self.take_turn(id).await?;
        let query = machine::table
            .filter(machine::id.eq(id.get()))
            .select(MachineRow::as_select());
        let row = lock!(query).first::<MachineRow>(self.open()?).await;
        let row = self.settle(row.optional())?;
        Ok(row.map(MachineRow::parts))
    }

    async fn insert_machine(
        &mut self,
        terms: &MachineTerms,
        token: &str,
        at: UnixSeconds,
    ) -> Result<MachineId, StoreError> {
        let shown = self.zone.wall_clock(at);
        let insert = diesel::insert_into(machine::table).values((
            machine::name.eq(&terms.name),
            machine::notes.eq(&terms.notes),
            machine::token.eq(token),
            machine::is_active.eq(flag(terms.active)),
            machine::created_at.eq(shown),
            machine::updated_at.eq(shown),
        ));
        let inserted: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id: Int = insert_returning!(insert, machine::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(inserted).map(|id| MachineId::new(id.0))
    }

    async fn update_machine(
        &mut self,
        id: MachineId,
        change: &MachineChange,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let shown = self.zone.wall_clock(at);
        let updated = diesel::update(machine::table.filter(machine::id.eq(id.get())))
            .set((
                machine::name.eq(&change.name),
                change.notes.as_ref().map(|notes| machine::notes.eq(notes)),
                change
                    .active
                    .map(|active| machine::is_active.eq(flag(active))),
                machine::updated_at.eq(shown),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn update_machine_token(
        &mut self,
        id: MachineId,
        token: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let shown = self.zone.wall_clock(at);
        let updated = diesel::update(machine::table.filter(machine::id.eq(id.get())))
            .set((machine::token.eq(token), machine::updated_at.eq(shown)))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_machine(&mut self, id: MachineId, at: UnixSeconds) -> Result<(), StoreError> {
        let shown = self.zone.wall_clock(at);
        let deleted: Result<(), Failure> = async {
            let connection = self.open()?;
            diesel::update(v2_server::table.filter(v2_server::machine_id.eq(id.get())))
                .set((
                    v2_server::machine_id.eq(None::<i64>),
                    v2_server::updated_at.eq(shown),
                ))
                .execute(&mut *connection)
                .await?;
            diesel::delete(history::table.filter(history::machine_id.eq(id.get())))
                .execute(&mut *connection)
                .await?;
            diesel::delete(machine::table.filter(machine::id.eq(id.get())))
                .execute(connection)
                .await?;
            Ok(())
        }
        .await;
        self.settle(deleted)
    }
}

#[async_trait]
impl ManagedMachineQueries for SqlStore {
    async fn list_managed_machines(&self) -> Result<Vec<MachineView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<MachineRow> = machine::table
            .order(machine::id)
            .limit(LIST_LENGTH)
            .select(MachineRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let counts: Vec<CountOf> = diesel::sql_query(
            "SELECT machine_id AS id, COUNT(*) AS count FROM v2_server \
             WHERE machine_id IS NOT NULL GROUP BY machine_id",
        )
        .load(&mut *connection)
        .await
        .map_err(reported)?;
        let counts: HashMap<i64, i64> = counts
            .into_iter()
            .map(|row| (row.id.0, row.count.0))
            .collect();
        let rows = rows.into_iter();
        Ok(rows.map(|row| row.view(&counts, self.zone)).collect())
    }

    async fn list_machine_nodes(&self, id: MachineId) -> Result<Vec<MachineNodeView>, StoreError> {
        type Row = (
            Int,
            String,
            String,
            String,
            String,
            Int,
            Option<Int>,
            Option<Int>,
        );
        let mut connection = self.reader().await?;
        let rows: Vec<Row> = v2_server::table
            .filter(v2_server::machine_id.eq(id.get()))
            .order(v2_server::id)
            .limit(LIST_LENGTH)
            .select((
                v2_server::id,
                v2_server::name,
                v2_server::type_,
                v2_server::host,
                v2_server::port,
                v2_server::show,
                v2_server::enabled,
                v2_server::sort,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let view = |(id, name, protocol, host, port, show, enabled, sort): Row| MachineNodeView {
            id: NodeId::new(id.0),
            name,
            protocol,
            host,
            port,
            show: show.is_set(),
            enabled: enabled.map(Int::is_set),
            sort: number(sort),
        };
        let mut nodes: Vec<MachineNodeView> = rows.into_iter().map(view).collect();
        // Here and not in the statement: the databases sort NULL in different places.
        nodes.sort_by_key(|node| node.sort);
        Ok(nodes)
    }

    async fn list_machine_readings(
        &self,
        id: MachineId,
        since: Option<UnixSeconds>,
        limit: u32,
    ) -> Result<Vec<MachineReading>, StoreError> {
        type Row = (f64, (Int, Int), (Int, Int), (Option<f64>, Option<f64>), Int);
        let since = since.map_or(0, UnixSeconds::get);
        let mut connection = self.reader().await?;
        let rows: Vec<Row> = history::table
            .filter(history::machine_id.eq(id.get()))
            .filter(history::recorded_at.ge(since))
            .order((history::recorded_at.desc(), history::id.desc()))
            .limit(i64::from(limit))
            .select((
                history::cpu,
                (history::mem_total, history::mem_used),
                (history::disk_total, history::disk_used),
                (history::net_in_speed, history::net_out_speed),
                history::recorded_at,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let usage = |(total, used): (Int, Int)| Usage {
            total: total.0,
            used: used.0,
        };
        let reading = |(cpu, memory, disk, (inward, outward), at): Row| MachineReading {
            machine: id,
            load: MachineLoad {
                load: Load {
                    cpu,
                    memory: usage(memory),
                    disk: usage(disk),
                    ..Load::default()
                },
                network: inward.zip(outward),
            },
            at: UnixSeconds::new(at.0),
        };
        Ok(rows.into_iter().rev().map(reading).collect())
    }
}
