use actix_web::web::Data;
use ferroboard_nodes::{Load, NodeLoad, Usage};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::call::{Fields, NodeCall};
use super::guard;
use crate::Panel;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::reader::Given;

/// Numbers of a report, with what is wrong with each.
pub(super) struct Readings<'a> {
    fields: &'a Fields,
    refused: Vec<(&'static str, Vec<Message>)>,
}

impl<'a> Readings<'a> {
    pub(super) const fn of(fields: &'a Fields) -> Self {
        let refused = Vec::new();
        Self { fields, refused }
    }

    /// A whole number from 0 on.
    pub(super) fn whole(&mut self, path: &'static str) -> i64 {
        let field = self.fields.get(path);
        if field.is_blank() {
            return self.refuse(path, Message::FieldRequired);
        }
        match field.integer() {
            Some(number) if number < 0 => self.refuse(path, Message::FieldTooSmall),
            Some(number) => number,
            None => self.refuse(path, Message::FieldNotInteger),
        }
    }

    /// The same; 0 where it is missing.
    pub(super) fn whole_if_any(&mut self, path: &'static str) -> i64 {
        if self.fields.get(path).is_blank() {
            0
        } else {
            self.whole(path)
        }
    }

    /// A percentage.
    pub(super) fn percent(&mut self, path: &'static str) -> f64 {
        if self.fields.get(path).is_blank() {
            return self.refuse(path, Message::FieldRequired);
        }
        let percent = self.amount(path).unwrap_or_default();
        if percent > 100.0 {
            return self.refuse(path, Message::FieldTooLarge);
        }
        percent
    }

    /// A number from 0 on, where there is one.
    pub(super) fn amount(&mut self, path: &'static str) -> Option<f64> {
        let field = self.fields.get(path);
        if field.is_blank() {
            return None;
        }
        match number(field) {
            Some(amount) if amount < 0.0 => Some(self.refuse(path, Message::FieldTooSmall)),
            Some(amount) => Some(amount),
            None => Some(self.refuse(path, Message::FieldNotNumeric)),
        }
    }

    fn refuse<T: Default>(&mut self, path: &'static str, why: Message) -> T {
        self.refused.push((path, vec![why]));
        T::default()
    }

    /// 422 when anything was wrong.
    pub(super) fn finish(self) -> Result<(), Fault> {
        if self.refused.is_empty() {
            Ok(())
        } else {
            Err(Fault::invalid(self.refused))
        }
    }
}

fn number(field: Given<'_>) -> Option<f64> {
    let number: f64 = field.text()?.parse().ok()?;
    number.is_finite().then_some(number)
}

/// The load was kept, in the words that agents look for.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoadTaken {
    data: bool,
    code: u8,
    message: &'static str,
}

/// How busy the node is: `cpu` in percent, and `total` and `used` of `mem`, `swap` and `disk` in bytes.
#[utoipa::path(
    post,
    path = "/api/v1/server/UniProxy/status",
    request_body = Object,
    responses((status = 200, description = "Kept", body = LoadTaken))
)]
pub(crate) async fn status(
    arrived: NodeCall,
    panel: Data<Panel>,
) -> Result<Bare<LoadTaken>, Fault> {
    let NodeCall { node, call } = arrived;
    let load = whole_load(&call.fields())?;
    let load = NodeLoad {
        load,
        kernel_status: Value::Null,
    };
    let run = panel.run(|app| async move { app.node_reports.load(&node, &load).await });
    run.await?;
    Ok(Bare(LoadTaken {
        data: true,
        code: 0,
        message: "success",
    }))
}

fn whole_load(fields: &Fields) -> Result<Load, Fault> {
    let mut readings = Readings::of(fields);
    let load = Load {
        cpu: readings.percent("cpu"),
        memory: Usage {
            total: readings.whole("mem.total"),
            used: readings.whole("mem.used"),
        },
        swap: Usage {
            total: readings.whole("swap.total"),
            used: readings.whole("swap.used"),
        },
        disk: Usage {
            total: readings.whole("disk.total"),
            used: readings.whole("disk.used"),
        },
    };
    readings.finish()?;
    Ok(load)
}

/// Refuses what names no machine.
pub(super) fn refuse_unnamed(fields: &Fields) -> Result<(), Fault> {
    guard::refuse(guard::machine_refusals(fields))
}
