use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_kernel::{MachineId, StoreError, UnixSeconds};
use ferroboard_nodes::{MachineReading, MachineRepository};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::failure::Failure;
use crate::schema::{v2_server_machine as machine, v2_server_machine_load_history as history};

#[async_trait]
impl MachineRepository for SqlTx {
    async fn insert_machine_reading(
        &mut self,
        reading: &MachineReading,
        forget_before: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let shown = self.zone.wall_clock(reading.at);
        // Numbers and names of ours: nothing in it ends the literal.
        let load_status = reading.load.to_json(reading.at);
        let written: Result<bool, Failure> = async {
            let connection = self.open()?;
            let (id, at) = (reading.machine.get(), reading.at.get());
            let update = format!(
                "UPDATE v2_server_machine SET load_status = '{load_status}', last_seen_at = {at}, \
                 updated_at = '{shown}' WHERE id = {id}"
            );
            // It holds the row, so that nobody deletes the machine before its history has the reading.
            if diesel::sql_query(update).execute(&mut *connection).await? == 0 {
                return Ok(false);
            }
            let load = &reading.load.load;
            let network = reading.load.network;
            diesel::insert_into(history::table)
                .values((
                    history::machine_id.eq(id),
                    history::cpu.eq(load.cpu),
                    history::mem_total.eq(load.memory.total),
                    history::mem_used.eq(load.memory.used),
                    history::disk_total.eq(load.disk.total),
                    history::disk_used.eq(load.disk.used),
                    history::net_in_speed.eq(network.map(|(inward, _)| inward)),
                    history::net_out_speed.eq(network.map(|(_, outward)| outward)),
                    history::recorded_at.eq(at),
                    history::created_at.eq(shown),
                    history::updated_at.eq(shown),
                ))
                .execute(&mut *connection)
                .await?;
            let old = history::table
                .filter(history::machine_id.eq(id))
                .filter(history::recorded_at.lt(forget_before.get()));
            diesel::delete(old).execute(connection).await?;
            Ok(true)
        }
        .await;
        self.settle(written)
    }

    async fn update_machines_seen(
        &mut self,
        machines: &[MachineId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let ids = machines.iter().map(|id| id.get());
        let updated = diesel::update(machine::table.filter(machine::id.eq_any(ids)))
            .set(machine::last_seen_at.eq(at.get()))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }
}
