import { constants, type ServerHttp2Stream } from "node:http2";
import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";

/**
 * Ends calls whose client does not read what it asked for. grpc-js keeps an answer for as long as the connection lives,
 * whatever the deadline was: 200 calls without a window held 200 MB for ever (measured).
 */
export function endSlowReaders(unreadMs: number): ServerInterceptor {
  return (method, call) => {
    // The stream below the call has no public name (grpc-js 1.14); without it nothing would be ended, and a test says so.
    const stream: ServerHttp2Stream | undefined = Reflect.get(call, "stream");
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      // A stream of answers stays open; of one answer nothing is left when it was read.
      const read = method.responseStream && stream?.writableLength === 0;
      if (!read) stream?.close(constants.NGHTTP2_CANCEL);
    };
    stream?.once("close", () => clearTimeout(timer));
    return new ServerInterceptingCall(call, {
      sendMessage(message, next) {
        next(message);
        // The next of many answers comes here when this one was read.
        clearTimeout(timer);
        timer = setTimeout(look, unreadMs).unref();
      },
    });
  };
}
