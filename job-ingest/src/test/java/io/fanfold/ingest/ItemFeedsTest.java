package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.store.ObjectStoreConfig;
import io.fanfold.schemas.ManifestFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemFeedsTest {

  @TempDir private Path directory;

  @Test
  void manifests_are_read_from_the_configured_roots_and_from_files_in_place_of_s3()
      throws IOException {
    Files.writeString(directory.resolve("list"), "s3://bucket/a.jpg\n");
    Files.createDirectory(directory.resolve("bucket"));
    Files.writeString(directory.resolve("bucket/list"), "s3://bucket/a.jpg\n");
    var service = new Service("feeds");
    ItemFeed feed =
        ItemFeeds.manifests(
            config(
                Map.of(
                    ItemFeeds.FILE_ROOTS, directory.toString(),
                    ObjectStoreConfig.S3_ROOT, directory.toString())),
            service);
    service.start();

    for (String uri :
        new String[] {directory.resolve("list").toUri().toString(), "s3://bucket/list"}) {
      feed.start(
          new ItemFeed.Request(1, "default", uri, ManifestFormat.AUTO, 10, 1),
          FeedPosition.MANIFEST_START);
      await().until(() -> feed.isReady(1));
      assertThat(feed.poll(1))
          .isInstanceOfSatisfying(
              FeedPage.Items.class, page -> assertThat(page.items()).hasSize(1));
      feed.stop(1);
    }
    service.close();
  }

  private static ServiceConfig config(Map<String, String> own) {
    var values = new HashMap<>(own);
    values.put(ServiceConfig.BOOTSTRAP_SERVERS, "localhost:1");
    values.put(ServiceConfig.SCHEMA_REGISTRY_URL, "http://localhost:1");
    return ServiceConfig.of(JobIngestConfig.definition(), values);
  }
}
