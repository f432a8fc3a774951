package io.fanfold.kit.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobProviderMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

/** A real S3 server on a free loopback port, with one bucket. */
final class S3Server implements AutoCloseable {

  static final String BUCKET = "pictures";
  static final String ACCESS_KEY = "access";
  static final String SECRET_KEY = "secret";

  private final BlobStoreContext context;
  private final S3Proxy server;

  S3Server(Path directory) throws Exception {
    var settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", directory.toString());
    context =
        ContextBuilder.newBuilder(new FilesystemNio2BlobProviderMetadata())
            .credentials("any", "any")
            .overrides(settings)
            .build(BlobStoreContext.class);
    BlobStore store = context.getBlobStore();
    store.createContainerInLocation(null, BUCKET);
    server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
    server.start();
  }

  ObjectStores.S3Settings settings() {
    return settings(SECRET_KEY);
  }

  ObjectStores.S3Settings settings(String secretKey) {
    String endpoint = "http://127.0.0.1:" + server.getPort();
    return new ObjectStores.S3Settings(endpoint, "us-east-1", ACCESS_KEY, secretKey, true, null);
  }

  @Override
  public void close() throws Exception {
    server.stop();
    context.close();
  }
}
