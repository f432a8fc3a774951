package io.fanfold.kit.store;

import io.fanfold.kit.store.StoreException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects behind S3's API, Amazon's or another's. */
final class S3Store implements ObjectStore, AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final S3Client client;

  S3Store(ObjectStores.S3Settings settings) {
    var builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.pathStyle())
            .credentialsProvider(credentials(settings))
            // Checksums beyond S3's original API are unknown to many other servers.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(SOCKET_TIMEOUT));
    if (settings.endpoint() != null) {
      builder.endpointOverride(URI.create(settings.endpoint()));
    }
    this.client = builder.build();
  }

  @Override
  public ObjectContent open(String uri, long offset) throws StoreException {
    S3Uri object = S3Uri.parse(uri);
    var request = GetObjectRequest.builder().bucket(object.bucket()).key(object.key());
    if (offset > 0) {
      request.range("bytes=" + offset + "-");
    }
    try {
      ResponseInputStream<GetObjectResponse> in = client.getObject(request.build());
      GetObjectResponse response = in.response();
      return new ObjectContent(new Abortable(in), response.eTag(), length(response, offset));
    } catch (S3Exception e) {
      if (offset > 0 && e.statusCode() == RANGE_NOT_SATISFIABLE) {
        return end(object);
      }
      throw failure(e);
    } catch (SdkException e) {
      throw failure(e);
    }
  }

  /** Nothing to read, but what is there and in which version. */
  private ObjectContent end(S3Uri object) throws StoreException {
    try {
      var head = client.headObject(b -> b.bucket(object.bucket()).key(object.key()));
      return new ObjectContent(InputStream.nullInputStream(), head.eTag(), head.contentLength());
    } catch (SdkException e) {
      throw failure(e);
    }
  }

  private static Long length(GetObjectResponse response, long offset) {
    return response.contentLength() == null ? null : offset + response.contentLength();
  }

  @Override
  public ObjectUpload begin(String uri, String mediaType) throws StoreException {
    S3Uri object = S3Uri.parse(uri);
    try {
      String id =
          client
              .createMultipartUpload(
                  b -> b.bucket(object.bucket()).key(object.key()).contentType(mediaType))
              .uploadId();
      return new S3Upload(client, object, new ObjectUpload.State(id, List.of(), 0));
    } catch (SdkException e) {
      throw failure(e);
    }
  }

  @Override
  public ObjectUpload resume(String uri, ObjectUpload.State state) throws StoreException {
    S3Uri object = S3Uri.parse(uri);
    var tags = new ArrayList<String>();
    try {
      client
          .listPartsPaginator(b -> b.bucket(object.bucket()).key(object.key()).uploadId(state.id()))
          .parts()
          .forEach(part -> tags.add(unquoted(part.eTag())));
    } catch (SdkException e) {
      throw failure(e);
    }
    List<String> noted = state.parts().stream().map(S3Store::unquoted).toList();
    if (tags.size() < noted.size() || !tags.subList(0, noted.size()).equals(noted)) {
      throw StoreException.permanent(Kind.NOT_FOUND, "the upload does not have the noted parts");
    }
    return new S3Upload(client, object, state);
  }

  private static String unquoted(String tag) {
    return tag.replace("\"", "");
  }

  @Override
  public void delete(String uri) throws StoreException {
    S3Uri object = S3Uri.parse(uri);
    try {
      client.deleteObject(b -> b.bucket(object.bucket()).key(object.key()));
    } catch (SdkException e) {
      StoreException failure = failure(e);
      if (failure.kind() != Kind.NOT_FOUND) {
        throw failure;
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }

  static StoreException failure(SdkException e) {
    if (!(e instanceof S3Exception answer)) {
      // No answer at all, or no credentials to ask with.
      return StoreException.passing(
          Kind.UNREADABLE, "no answer from the S3 server: " + e.getClass().getSimpleName(), e);
    }
    int status = answer.statusCode();
    String code = answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
    String message =
        "the S3 server answered %d%s".formatted(status, code == null ? "" : " " + code);
    if (status == 404) {
      return StoreException.permanent(Kind.NOT_FOUND, message, e);
    }
    if (status == 401 || status == 403) {
      return StoreException.permanent(Kind.ACCESS_DENIED, message, e);
    }
    if (status == 408 || status == 429 || status >= 500) {
      return StoreException.passing(Kind.UNREADABLE, message, e);
    }
    return StoreException.permanent(Kind.UNREADABLE, message, e);
  }

  private static AwsCredentialsProvider credentials(ObjectStores.S3Settings settings) {
    return settings.accessKey() == null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(
            AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
  }

  /** Closing before the end hangs up: the SDK would read the rest of the object first. */
  private static final class Abortable extends FilterInputStream {

    private final ResponseInputStream<GetObjectResponse> response;

    Abortable(ResponseInputStream<GetObjectResponse> response) {
      super(response);
      this.response = response;
    }

    @Override
    public void close() throws IOException {
      response.abort();
    }
  }
}
