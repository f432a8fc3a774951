package io.fanfold.aggregator.artifact;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.JobState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a job over HTTP, made while they are sent. */
public final class ArtifactApi {

  private static final Logger log = LoggerFactory.getLogger(ArtifactApi.class);
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Function<Context, JobState> find;
  private final ArtifactContent content;

  /**
   * @param find the job that a request's path names, or a problem
   */
  public ArtifactApi(Function<Context, JobState> find, ArtifactContent content) {
    this.find = find;
    this.content = content;
  }

  public void routes(RoutesConfig routes) {
    routes.get("/v1/jobs/{id}/artifacts", this::list);
    routes.get("/v1/jobs/{id}/artifacts/{name}", this::download);
  }

  private void list(Context context) {
    JobState job = find.apply(context);
    boolean ended = JobStates.isTerminal(job.getStatus());
    HttpApi.json(context, 200, ArtifactContent.listing(job, ended));
  }

  private void download(Context context) {
    JobState job = find.apply(context);
    ArtifactFile file =
        ArtifactFile.named(job, context.pathParam("name"))
            .orElseThrow(() -> Problem.notFound("The job has no such artifact").exception());
    if (!JobStates.isTerminal(job.getStatus())) {
      throw Problem.of(
              409,
              "JOB_NOT_ENDED",
              "The job has not ended",
              "Its artifacts are there once it has; until then its items can be looked up.")
          .exception();
    }
    var out = new Body(context, file);
    try {
      content.write(
          job,
          file,
          0,
          0,
          (bytes, nextItem) -> {
            out.write(bytes);
            return true;
          });
      out.flush();
    } catch (IOException e) {
      if (!out.begun) {
        throw Problem.unavailable("the results of this job are not all in the view yet")
            .exception();
      }
      // The status is sent: hanging up is the only way left to say that this is not all.
      log.info("{} of job {} broke off", file.fileName(), job.getId(), e);
      ServletContextRequest.getServletContextRequest(context.req())
          .getConnectionMetaData()
          .getConnection()
          .getEndPoint()
          .close();
    }
  }

  /** Says nothing before there is a buffer full, so that a failure until then can be said. */
  private static final class Body {

    private final Context context;
    private final ArtifactFile file;
    private OutputStream out;
    private boolean begun;

    Body(Context context, ArtifactFile file) {
      this.context = context;
      this.file = file;
      this.out = new BufferedOutputStream(new Response(), BUFFER_BYTES);
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
    }

    void flush() throws IOException {
      out.flush();
      response();
    }

    private OutputStream response() throws IOException {
      if (!begun) {
        begun = true;
        context.status(200);
        context.contentType(file.mediaType());
      }
      return context.outputStream();
    }

    private final class Response extends OutputStream {

      @Override
      public void write(int b) throws IOException {
        response().write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        response().write(bytes, offset, length);
      }
    }
  }
}
