package io.fanfold.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends bytes no client library would, and reads whatever comes back. */
final class RawHttp {

  private RawHttp() {}

  /**
   * @param lines the head, without line ends
   * @return everything until the server closes
   */
  static String exchange(int port, String body, String... lines) throws IOException {
    try (var socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      socket.setSoTimeout(10_000);
      var head = String.join("\r\n", lines) + "\r\nHost: a\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }
}
