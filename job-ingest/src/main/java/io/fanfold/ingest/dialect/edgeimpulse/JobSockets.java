package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.Service;
import io.javalin.websocket.WsCloseStatus;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Websockets that stream jobs' logs. A socket holds no thread: its job is looked at in turn with
 * the others, and one that says nothing for a while is closed.
 */
final class JobSockets implements Service.Part {

  private static final int THREADS = 4;
  private static final long LOOK_MS = 1_000;
  private static final long PING_INTERVAL_MS = 25_000;
  private static final long PING_TIMEOUT_MS = 60_000;
  private static final int MAX_MESSAGE_CHARS = 64 * 1024;

  private final SocketTokens tokens;
  private final JobFinder finder;
  private final int maxSockets;
  private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS);
  private final Map<String, Socket> sockets = new ConcurrentHashMap<>();

  /** An open socket; it streams one job at a time, as clients do. */
  private static final class Socket {
    private final String project;
    private final AtomicReference<JobWatch> watch = new AtomicReference<>();
    private Future<?> turns;

    Socket(String project) {
      this.project = project;
    }

    void look() {
      JobWatch now = watch.get();
      if (now != null && now.look()) {
        // Unless another one has taken its place.
        watch.compareAndSet(now, null);
      }
    }
  }

  JobSockets(SocketTokens tokens, JobFinder finder, int maxSockets) {
    this.tokens = tokens;
    this.finder = finder;
    this.maxSockets = maxSockets;
    threads.setRemoveOnCancelPolicy(true);
  }

  void configure(WsConfig socket) {
    socket.onConnect(this::connected);
    socket.onMessage(context -> message(context, context.message()));
    socket.onClose(this::gone);
    socket.onError(this::gone);
  }

  private void connected(WsContext context) {
    context.session.setIdleTimeout(Duration.ofMillis(PING_TIMEOUT_MS));
    context.session.setMaxTextMessageSize(MAX_MESSAGE_CHARS);
    Optional<String> project = tokens.project(context.queryParam("token"));
    if (project.isEmpty()) {
      context.closeSession(WsCloseStatus.POLICY_VIOLATION, "the token is not good");
    } else if (sockets.size() >= maxSockets) {
      context.closeSession(WsCloseStatus.TRY_AGAIN_LATER, "too many sockets are open");
    } else {
      open(context, project.get());
    }
  }

  private void open(WsContext context, String project) {
    var socket = new Socket(project);
    try {
      socket.turns =
          threads.scheduleWithFixedDelay(socket::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      context.closeSession(WsCloseStatus.GOING_AWAY, "the service is stopping");
      return;
    }
    sockets.put(context.sessionId(), socket);
    context.send(Frames.open(context.sessionId(), PING_INTERVAL_MS, PING_TIMEOUT_MS));
    context.send(Frames.CONNECTED);
    context.send(Frames.hello());
  }

  private void message(WsContext context, String message) {
    Socket socket = sockets.get(context.sessionId());
    if (socket == null) {
      return;
    }
    if (message.equals(Frames.PING)) {
      context.send(Frames.PONG);
    }
    Frames.logStream(message)
        .ifPresent(
            stream ->
                socket.watch.set(new JobWatch(finder, socket.project, stream, context::send)));
  }

  private void gone(WsContext context) {
    Socket socket = sockets.remove(context.sessionId());
    if (socket != null) {
      socket.turns.cancel(false);
    }
  }

  @Override
  public void start() {}

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
