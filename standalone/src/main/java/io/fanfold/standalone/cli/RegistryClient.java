package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Registered files and assets over the native HTTP API. */
final class RegistryClient {

  private static final String FILES = "/v1/files";
  private static final String ASSETS = "/v1/assets";

  private final ServerConnection connection;

  RegistryClient(ServerConnection connection) {
    this.connection = connection;
  }

  JsonNode addFiles(JsonNode files)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", FILES, files);
  }

  /**
   * @param query a query string
   */
  JsonNode files(String query) throws UnreachableException, RefusedException, InterruptedException {
    return connection.get(FILES + query);
  }

  JsonNode deleteFile(long id) throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("DELETE", FILES + "/" + id);
  }

  JsonNode addAssets(JsonNode assets)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", ASSETS, assets);
  }
}
