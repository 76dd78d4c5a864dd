package io.penstock.kit.grpc;

import io.grpc.Metadata;

/// Longer trailers for those who ask for them. Every client takes 8 KiB, so that is what failures
/// are cut to; one that set its own limit higher says so with each call, and gets the whole of a
/// message that quotes a caller's values.
public final class TrailerRoom {

  /// What a channel of [Peers] takes, in bytes.
  static final int PEERS = 128 << 10;

  private static final Metadata.Key<String> ROOM =
      Metadata.Key.of("penstock-trailer-room", Metadata.ASCII_STRING_MARSHALLER);

  // Beside the message there are its short form, the other details and the custom trailers.
  private static final int OTHERS = 16 << 10;

  private TrailerRoom() {}

  /// Asks for as much as a channel of [Peers] takes. Only for calls whose failures end here: who
  /// passes trailers on does not know how long the next one takes them.
  public static void ask(Metadata headers) {
    headers.put(ROOM, Integer.toString(PEERS));
  }

  /// How many bytes of a message a caller takes in the details; 0 is no more than every client
  /// does.
  static int ofMessage(Metadata headers) {
    var room = headers.get(ROOM);
    // Base64 makes four characters of three bytes.
    return room != null && room.matches("[0-9]{1,6}")
        ? Math.max(0, (Math.min(Integer.parseInt(room), PEERS) - OTHERS) / 4 * 3)
        : 0;
  }
}
