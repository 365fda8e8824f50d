//! The WebSocket of agents.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, rt};
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Closed, ProtocolError,
    Session,
};
use ferroboard_application::{Application, Error, NodeSocket, PanelMessage, Stirred};
use ferroboard_kernel::MachineId;
use ferroboard_nodes::NodeError;
use tokio::time::{Instant, interval_at, timeout};
use tracing::Instrument as _;

use super::call::{Call, Fields};
use super::guard::LARGE_BODY;
use super::{NodeParams, frames};
use crate::answer::envelope::FailureBody;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::{Panel, request::storable};

/// Why a conversation ends.
enum End {
    /// The agent left, or cannot be reached.
    Gone,
    /// The agent may not, or no longer, know what it is told.
    Refused(NodeError),
    /// Another socket has taken the place of this one.
    Replaced,
    /// The panel stops.
    Stopping,
    /// Something inside failed.
    Failed,
}

/// What happened next.
enum Event {
    /// The agent said something, or is gone.
    Heard(Option<Result<AggregatedMessage, ProtocolError>>),
    Stirred(Stirred),
    Ping,
    Stop,
}

/// Connects a WebSocket, over which the agent is told at once what changes. A machine gives
/// `machine_id` and its own token in place of `node_id` and the nodes' secret. Refusals come over the
/// socket, as `{"event": "error", "data": {"message": …}}`, before it closes.
#[utoipa::path(
    get,
    path = "/ws",
    params(NodeParams),
    responses(
        (status = 101, description = "Messages are `{event, data, timestamp}` in text frames"),
        (status = 400, description = "Not a WebSocket", body = FailureBody),
        (status = 404, description = "There is no WebSocket for nodes", body = FailureBody),
    )
)]
pub(crate) async fn connect(
    request: HttpRequest,
    body: Payload,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    if !panel.application().nodes.policy().socket_enabled {
        return Err(Fault::unknown_route());
    }
    let fields = Call::new(request.clone(), actix_web::web::Bytes::new()).query();
    let opened = actix_ws::handle(&request, body);
    let (response, session, stream) =
        opened.map_err(|_| Fault::refused(Message::WebSocketExpected))?;
    let stream = stream.max_frame_size(LARGE_BODY);
    let stream = stream.aggregate_continuations();
    let line = Line {
        session,
        patience: panel.options.sockets.patience,
    };
    let stream = stream.max_continuation_size(LARGE_BODY);
    rt::spawn(serve(panel, fields, line, stream).in_current_span());
    Ok(response)
}

/// The way to an agent.
struct Line {
    session: Session,
    patience: Duration,
}

impl Line {
    /// Fails when the agent is gone, or does not take what it is sent.
    async fn send(&mut self, text: String) -> Result<(), End> {
        taken(self.patience, self.session.text(text)).await
    }

    async fn send_all(&mut self, texts: Vec<String>) -> Result<(), End> {
        for text in texts {
            self.send(text).await?;
        }
        Ok(())
    }

    /// Asks for a sign of life in the words of agents and in those of the protocol.
    async fn ping(&mut self) -> Result<(), End> {
        self.send(frames::ping()).await?;
        taken(self.patience, self.session.ping(b"")).await
    }

    async fn pong(&mut self, bytes: &[u8]) -> Result<(), End> {
        taken(self.patience, self.session.pong(bytes)).await
    }

    async fn close(mut self, end: End) {
        let (code, said) = match end {
            End::Gone => return,
            End::Refused(NodeError::SocketsOff) | End::Stopping | End::Replaced => {
                (CloseCode::Away, None)
            }
            End::Refused(refusal) => (CloseCode::Policy, Some(words(&refusal))),
            End::Failed => (CloseCode::Error, None),
        };
        if let Some(said) = said
            && self.send(frames::error(said)).await.is_err()
        {
            return;
        }
        let closed = self.session.close(Some(CloseReason::from(code)));
        // It is over either way.
        let _ = timeout(self.patience, closed).await;
    }
}

/// Fails when the agent is gone, or does not take this in time.
async fn taken(
    patience: Duration,
    sent: impl Future<Output = Result<(), Closed>>,
) -> Result<(), End> {
    match timeout(patience, sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Closed)) | Err(_) => Err(End::Gone),
    }
}

/// What agents look for in a refusal.
const fn words(refusal: &NodeError) -> &'static str {
    match refusal {
        NodeError::TokenWrong => "invalid token",
        NodeError::MachineUnknown | NodeError::MachineDisabled => "invalid machine credentials",
        // Whatever else there is, no agent waits for it.
        _ => "node not found",
    }
}

async fn serve(
    panel: Data<Panel>,
    fields: Fields,
    mut line: Line,
    mut stream: AggregatedMessageStream,
) {
    let _open = panel.metrics.open_socket();
    let end = match open(&panel, &fields).await {
        Ok((socket, texts)) => {
            let over = talk(&panel, socket, texts, &mut line, &mut stream).await;
            if let Some(socket) = over.socket {
                close(&panel, *socket).await;
            }
            over.end
        }
        Err(end) => end,
    };
    line.close(end).await;
}

/// Lets the agent in; with what it is told first.
async fn open(panel: &Panel, fields: &Fields) -> Result<(NodeSocket, Vec<String>), End> {
    let token = fields.get("token").owned_text().unwrap_or_default();
    let machine = fields.get("machine_id");
    // Agents of single nodes may name machine 0, which is none.
    let is_named = !machine.is_blank() && machine.integer() != Some(0);
    let machine = is_named.then(|| MachineId::new(machine.integer().unwrap_or(0)));
    let node = fields.get("node_id").owned_text().unwrap_or_default();
    let opened = panel.run(move |app| async move {
        let sockets = &app.node_sockets;
        let opened = match machine {
            None => sockets.open_node(&node, &token).await,
            Some(id) => sockets.open_machine(id, &token).await,
        };
        Ok(opened.map(|(socket, messages)| {
            let texts = rendered(&app, &socket, messages);
            (socket, texts)
        }))
    });
    opened.await.map_err(|_| End::Failed)?.map_err(ended)
}

/// A conversation that is over.
struct Over {
    /// What is still to be closed, boxed as it is large; `None` when a use case broke and took it along.
    socket: Option<Box<NodeSocket>>,
    end: End,
}

impl Over {
    fn with(socket: NodeSocket, end: End) -> Self {
        Self {
            socket: Some(Box::new(socket)),
            end,
        }
    }
}

/// Speaks with the agent until one of both ends it.
async fn talk(
    panel: &Panel,
    mut socket: NodeSocket,
    greeting: Vec<String>,
    line: &mut Line,
    stream: &mut AggregatedMessageStream,
) -> Over {
    if let Err(end) = line.send_all(greeting).await {
        return Over::with(socket, end);
    }
    let options = &panel.options.sockets;
    let mut pings = interval_at(Instant::now() + options.ping, options.ping);
    let mut heard = Instant::now();
    loop {
        let event = tokio::select! {
            message = stream.recv() => Event::Heard(message),
            stirred = socket.stirred() => Event::Stirred(stirred),
            _ = pings.tick() => Event::Ping,
            () = panel.stopping.cancelled() => Event::Stop,
        };
        if matches!(event, Event::Heard(Some(Ok(_)))) {
            heard = Instant::now();
        }
        let is_silent = heard.elapsed() > options.silence;
        match answer(panel, socket, event, is_silent, line).await {
            Ok(returned) => socket = returned,
            Err(over) => return over,
        }
    }
}

/// Does what is to be done about an event, and gives the socket back as long as the conversation goes on.
async fn answer(
    panel: &Panel,
    socket: NodeSocket,
    event: Event,
    is_silent: bool,
    line: &mut Line,
) -> Result<NodeSocket, Over> {
    let sent = match event {
        Event::Heard(Some(Ok(AggregatedMessage::Text(text)))) => {
            let (socket, texts) = hear(panel, socket, text.to_string()).await?;
            return go_on(socket, line.send_all(texts).await);
        }
        Event::Stirred(Stirred::News) => {
            let (socket, texts) = news(panel, socket).await?;
            return go_on(socket, line.send_all(texts).await);
        }
        Event::Heard(Some(Ok(AggregatedMessage::Ping(bytes)))) => line.pong(&bytes).await,
        Event::Heard(Some(Ok(AggregatedMessage::Binary(_) | AggregatedMessage::Pong(_)))) => Ok(()),
        Event::Heard(Some(Ok(AggregatedMessage::Close(_)) | Err(_)) | None) => Err(End::Gone),
        Event::Stirred(Stirred::Replaced) => Err(End::Replaced),
        Event::Ping if is_silent => Err(End::Gone),
        Event::Ping => line.ping().await,
        Event::Stop => Err(End::Stopping),
    };
    go_on(socket, sent)
}

/// The socket, or the end of the conversation where the agent could not be told.
fn go_on(socket: NodeSocket, sent: Result<(), End>) -> Result<NodeSocket, Over> {
    match sent {
        Ok(()) => Ok(socket),
        Err(end) => Err(Over::with(socket, end)),
    }
}

/// A use case that broke.
fn broken(_: Fault) -> Over {
    Over {
        socket: None,
        end: End::Failed,
    }
}

async fn news(panel: &Panel, mut socket: NodeSocket) -> Result<(NodeSocket, Vec<String>), Over> {
    let run = panel.run(|app| async move {
        let news = app.node_sockets.news(&mut socket).await;
        let texts = news.map(|messages| rendered(&app, &socket, messages));
        Ok((socket, texts))
    });
    match run.await.map_err(broken)? {
        (socket, Ok(texts)) => Ok((socket, texts)),
        (socket, Err(Error::Nodes(refusal))) => Err(Over::with(socket, End::Refused(refusal))),
        (socket, Err(error)) => {
            // What it was told is no longer known: it connects again, and is told everything.
            tracing::warn!(%error, "what is new could not be told over a WebSocket");
            Err(Over::with(socket, End::Failed))
        }
    }
}

/// What an agent is to be answered.
async fn hear(
    panel: &Panel,
    mut socket: NodeSocket,
    text: String,
) -> Result<(NodeSocket, Vec<String>), Over> {
    if !storable::is_json(text.as_bytes()) {
        tracing::warn!("a message over a WebSocket holds what cannot be stored");
        return Ok((socket, Vec::new()));
    }
    let run = panel.run(|app| async move {
        let answer = app.node_sockets.hear(&mut socket, &text).await;
        let answer = answer.unwrap_or_else(|error| {
            tracing::warn!(%error, "what came over a WebSocket could not be taken");
            Vec::new()
        });
        let texts = rendered(&app, &socket, answer);
        Ok((socket, texts))
    });
    run.await.map_err(broken)
}

async fn close(panel: &Panel, socket: NodeSocket) {
    let run = panel.run(|app| async move { app.node_sockets.close(socket).await });
    if let Err(fault) = run.await {
        tracing::warn!(cause = fault.cause(), "a WebSocket was not closed in order");
    }
}

/// The messages as texts; in a use case, where long ones hold up no other connection.
fn rendered(
    app: &Arc<Application>,
    socket: &NodeSocket,
    messages: Vec<PanelMessage>,
) -> Vec<String> {
    let (peer, now) = (socket.peer(), app.nodes.now());
    let messages = messages.into_iter();
    messages
        .flat_map(|message| frames::of(message, peer, now))
        .collect()
}

fn ended(error: Error) -> End {
    match error {
        Error::Nodes(refusal) => End::Refused(refusal),
        error => {
            tracing::warn!(%error, "a WebSocket could not be opened");
            End::Failed
        }
    }
}
