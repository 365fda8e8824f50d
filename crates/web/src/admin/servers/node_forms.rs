//! A node, as a form says it.

use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId};
use ferroboard_nodes::{NodeTerms, Said};
use ferroboard_protocol::values::is_host;
use ferroboard_protocol::{Protocol, Settings, offered, ports};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::answer::messages::Message;
use crate::answer::node_flaws::said_of;
use crate::request::body::Body;
use crate::request::reader::{Change, Given, Reader, Refused};

/// Lists of a form are no longer.
const MOST_ITEMS: i64 = 1_000;

/// A node that is made, or changed. Of a node that is changed stays what is left out; null makes it none.
#[derive(ToSchema)]
pub struct SaveNode {
    /// The node that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<NodeId>,
    /// One of the eleven protocols.
    #[schema(value_type = String)]
    r#type: Protocol,
    name: String,
    /// A name or an address, and nothing around it.
    host: String,
    /// A port, a range, or a list of both.
    #[schema(value_type = String)]
    port: String,
    /// The port that it listens on.
    server_port: i64,
    /// By what its traffic is multiplied.
    #[schema(value_type = f64)]
    rate: Decimal,
    /// Under which agents know it from an older panel; unique for its type.
    #[schema(value_type = Option<String>)]
    code: Said<String>,
    show: Option<bool>,
    enabled: Option<bool>,
    #[schema(value_type = Option<Vec<i64>>)]
    group_ids: Said<Vec<GroupId>>,
    #[schema(value_type = Option<Vec<i64>>)]
    route_ids: Said<Value>,
    /// 0 is none.
    #[schema(value_type = Option<i64>)]
    parent_id: Said<NodeId>,
    /// 0 is none.
    #[schema(value_type = Option<i64>)]
    machine_id: Said<MachineId>,
    #[schema(value_type = Option<Vec<String>>)]
    tags: Said<Vec<String>>,
    rate_time_enable: Option<bool>,
    /// Each with `start` and `end` (`HH:MM`) and its `rate`.
    #[schema(value_type = Option<Vec<Object>>)]
    rate_time_ranges: Said<Value>,
    /// Bytes; null or 0 is any number.
    #[schema(value_type = Option<i64>)]
    transfer_enable: Said<i64>,
    #[schema(value_type = Option<Vec<Object>>)]
    custom_outbounds: Said<Value>,
    #[schema(value_type = Option<Vec<Object>>)]
    custom_routes: Said<Value>,
    #[schema(value_type = Option<Object>)]
    cert_config: Said<Value>,
    /// What the protocol needs.
    #[schema(value_type = Option<Object>)]
    protocol_settings: Option<Settings>,
}

impl Body for SaveNode {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.nullable("id").integer().get();
        let kind = read.required("type").text();
        let kind = kind.parse(Message::FieldNotOneOf, |name| Protocol::named(&name));
        let kind = kind.get();
        let name = read.required("name").says(Message::NodeNameRequired);
        let name = name.text().max(255).get();
        let host = read.required("host").says(Message::NodeHostRequired);
        let host = host.text().max(255);
        let host = host.parse(Message::NodeHostInvalid, |host| {
            is_host(&host).then_some(host)
        });
        let host = host.get();
        let port = read.required("port").says(Message::NodePortRequired);
        let port = port.text().max(255);
        let port = port.parse(Message::NodePortInvalid, |port| {
            ports::is_list(&port).then_some(port)
        });
        let port = port.get();
        let server_port = read.required("server_port");
        let server_port = server_port.says(Message::NodeServerPortRequired);
        let server_port = server_port.integer();
        let server_port = server_port.parse(Message::NodeServerPortInvalid, |port| {
            ports::is_port(port).then_some(port)
        });
        let server_port = server_port.get();
        let rate = read.required("rate").says(Message::NodeRateRequired);
        let rate = rate.numeric().says(Message::NodeRateInvalid);
        let rate = rate.min(0).max(999_999).get();
        let code = read.nullable("code").text().max(255).change();
        let show = read.nullable("show").boolean().get();
        let enabled = read.nullable("enabled").boolean().get();
        let groups = read.nullable("group_ids");
        let groups = groups.each(|id| id.judge(number_of).get());
        let groups = groups.says(Message::NodeGroupsInvalid);
        let groups = groups.max(MOST_ITEMS).map(|ids| {
            let ids = ids.into_iter().flatten();
            ids.map(GroupId::new).collect::<Vec<GroupId>>()
        });
        let groups = groups.change();
        let routes = read.nullable("route_ids");
        let routes = routes.each(|id| id.judge(number_of).get());
        let routes = routes.says(Message::NodeRoutesInvalid);
        let routes = as_sent(routes.max(MOST_ITEMS).change(), read.given("route_ids"));
        let parent = read.nullable("parent_id").integer();
        let parent = parent.says(Message::NodeUpperInvalid).change();
        let machine = machine(read);
        let tags = read.nullable("tags");
        let tags = tags.each(|tag| tag.judge(Given::item_text).max(255).get());
        let tags = tags.says(Message::NoticeTagsInvalid);
        let tags = tags.max(MOST_ITEMS);
        let tags = tags.map(|tags| tags.into_iter().flatten().collect::<Vec<String>>());
        let tags = tags.change();
        let hours = read.nullable("rate_time_enable").boolean().get();
        let ranges = read
            .nullable("rate_time_ranges")
            .rows(range)
            .max(MOST_ITEMS);
        let ranges = ranges.map(Value::from).change();
        let limit = read.nullable("transfer_enable").integer();
        let limit = limit.says(Message::NodeLimitInvalid).min(0);
        let limit = limit.says(Message::NodeLimitNegative).change();
        let outbounds = read.nullable("custom_outbounds").json().change();
        let routing = read.nullable("custom_routes").json().change();
        let certificate = read.nullable("cert_config").json().change();
        let settings = settings(read, kind);
        Ok(Self {
            id: id?.filter(|id| *id != 0).map(NodeId::new),
            r#type: kind?,
            name: name?,
            host: host?,
            port: port?,
            server_port: server_port?,
            rate: rate?,
            code: said(code?),
            show: show?,
            enabled: enabled?,
            group_ids: said(groups?),
            route_ids: said(routes?),
            parent_id: numbered(parent?, NodeId::new),
            machine_id: machine?,
            tags: said(tags?),
            rate_time_enable: hours?,
            rate_time_ranges: said(ranges?),
            transfer_enable: said(limit?),
            custom_outbounds: said(outbounds?),
            custom_routes: said(routing?),
            cert_config: said(certificate?),
            protocol_settings: settings?,
        })
    }
}

impl SaveNode {
    /// The node that is changed; a new one without it.
    pub const fn id(&self) -> Option<NodeId> {
        self.id
    }

    /// What is said about the node.
    pub fn into_terms(self) -> NodeTerms {
        NodeTerms {
            protocol: self.r#type,
            name: self.name,
            host: self.host,
            port: self.port,
            server_port: self.server_port,
            rate: self.rate,
            settings: self.protocol_settings,
            code: self.code,
            parent: self.parent_id,
            machine: self.machine_id,
            groups: self.group_ids,
            route_ids: self.route_ids,
            tags: self.tags,
            rate_time_enable: self.rate_time_enable,
            rate_time_ranges: self.rate_time_ranges,
            traffic_limit: self.transfer_enable,
            custom_outbounds: self.custom_outbounds,
            custom_routes: self.custom_routes,
            cert_config: self.cert_config,
            show: self.show,
            enabled: self.enabled,
        }
    }
}

fn said<T>(change: Change<T>) -> Said<T> {
    match change {
        Change::Keep => Said::Nothing,
        Change::Clear => Said::None,
        Change::Set(value) => Said::Value(value),
    }
}

/// A number that names something; 0 names nothing.
fn numbered<T>(change: Change<i64>, named: fn(i64) -> T) -> Said<T> {
    match change {
        Change::Set(0) => Said::None,
        change => match said(change) {
            Said::Value(number) => Said::Value(named(number)),
            Said::Nothing => Said::Nothing,
            Said::None => Said::None,
        },
    }
}

/// The machine that runs a node.
pub(super) fn machine(read: &mut Reader<'_>) -> Result<Said<MachineId>, Refused> {
    let machine = read.nullable("machine_id").integer().change()?;
    Ok(numbered(machine, MachineId::new))
}

/// An item of a list that is a number; blank ones are passed over.
fn number_of(given: Given<'_>) -> Result<Option<i64>, Message> {
    if given.is_blank() {
        return Ok(None);
    }
    given.integer().map(Some).ok_or(Message::FieldNotInteger)
}

/// A list whose items have been judged, with each item that is not blank in the spelling in which it was sent.
fn as_sent<T>(
    judged: Result<Change<T>, Refused>,
    given: Given<'_>,
) -> Result<Change<Value>, Refused> {
    Ok(match judged? {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(_) => {
            let items: Vec<&Value> = match given {
                Given::List(items) => items.iter().collect(),
                Given::Object(members) => members.values().collect(),
                // Nothing else was judged to be a list.
                _ => Vec::new(),
            };
            let items = items.into_iter().filter(|item| !item.is_null());
            Change::Set(items.cloned().collect())
        }
    })
}

/// Hours with a rate of their own; other members are dropped.
fn range(row: &mut Reader<'_>) -> Result<Value, Refused> {
    let start = time(row, "start");
    let end = time(row, "end");
    let rate = row.required("rate").numeric().min(0).max(999_999).get();
    let sent = row.given("rate").to_value();
    let mut range = Map::new();
    range.insert("start".to_owned(), Value::from(start?));
    range.insert("end".to_owned(), Value::from(end?));
    rate?;
    range.insert("rate".to_owned(), sent);
    Ok(Value::Object(range))
}

/// A time of day as `HH:MM`.
fn time(row: &mut Reader<'_>, name: &'static str) -> Result<String, Refused> {
    let is_time = |text: &str| {
        let digits = text.split_once(':').filter(|(hours, minutes)| {
            let both = [hours, minutes];
            both.iter()
                .all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
        });
        let below = |part: &str, end: u8| part.parse::<u8>().is_ok_and(|number| number < end);
        digits.is_some_and(|(hours, minutes)| below(hours, 24) && below(minutes, 60))
    };
    let time = row.required(name).text();
    let time = time.parse(Message::NodeTimeInvalid, |text| {
        is_time(&text).then_some(text)
    });
    time.get()
}

/// The settings, if any were sent. Without a protocol nobody can judge them.
fn settings(
    read: &mut Reader<'_>,
    kind: Result<Protocol, Refused>,
) -> Result<Option<Settings>, Refused> {
    let protocol = kind?;
    let given = read.given("protocol_settings");
    match offered(protocol, &given.to_value()) {
        Ok(settings) => Ok((!given.is_blank()).then_some(settings)),
        Err(flaws) => {
            let flaws = flaws.into_iter();
            let said = flaws.map(|flaw| (flaw.path, said_of(flaw.what)));
            Err(read.complain_within("protocol_settings", said))
        }
    }
}
