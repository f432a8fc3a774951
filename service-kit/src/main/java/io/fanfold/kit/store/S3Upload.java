package io.fanfold.kit.store;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** A multipart upload. */
final class S3Upload implements ObjectUpload {

  private final S3Client client;
  private final S3Uri object;
  private State state;

  S3Upload(S3Client client, S3Uri object, State state) {
    this.client = client;
    this.object = object;
    this.state = state;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public void part(byte[] bytes) throws StoreException {
    int number = state.parts().size() + 1;
    try {
      String tag =
          client
              .uploadPart(
                  b ->
                      b.bucket(object.bucket())
                          .key(object.key())
                          .uploadId(state.id())
                          .partNumber(number),
                  RequestBody.fromBytes(bytes))
              .eTag();
      var parts = new ArrayList<>(state.parts());
      parts.add(tag);
      state = new State(state.id(), parts, state.bytes() + bytes.length);
    } catch (SdkException e) {
      throw S3Store.failure(e);
    }
  }

  @Override
  public void complete() throws StoreException {
    try {
      if (state.parts().isEmpty()) {
        // An upload needs a part, even for an empty object.
        part(new byte[0]);
      }
      client.completeMultipartUpload(
          b ->
              b.bucket(object.bucket())
                  .key(object.key())
                  .uploadId(state.id())
                  .multipartUpload(upload -> upload.parts(completed())));
    } catch (SdkException e) {
      throw S3Store.failure(e);
    }
  }

  private List<CompletedPart> completed() {
    var parts = new ArrayList<CompletedPart>();
    for (String tag : state.parts()) {
      parts.add(CompletedPart.builder().partNumber(parts.size() + 1).eTag(tag).build());
    }
    return parts;
  }

  @Override
  public void abort() throws StoreException {
    try {
      client.abortMultipartUpload(
          b -> b.bucket(object.bucket()).key(object.key()).uploadId(state.id()));
    } catch (SdkException e) {
      StoreException failure = S3Store.failure(e);
      if (failure.kind() != StoreException.Kind.NOT_FOUND) {
        throw failure;
      }
    }
  }
}
