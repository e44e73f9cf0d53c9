import NIOCore
import NIOHTTP1
import Testing

@testable import Notifications

/// What owners of endpoints read of connections that came to nothing.
@Suite struct ConnectionFaultTests {
    private struct Strange: Error {}

    @Test func `says what happened in words`() {
        #expect(
            ConnectionFault.sentence(for: IOError(errnoCode: 111, reason: "connect"))
                == "The receiver refuses connections.")
        #expect(
            ConnectionFault.sentence(for: IOError(errnoCode: 104, reason: "read"))
                == "The receiver closed the connection.")
        #expect(
            ConnectionFault.sentence(for: IOError(errnoCode: 5, reason: "x")) == "The connection failed with error 5.")
        #expect(ConnectionFault.sentence(for: HTTPParserError.unknown) == "What the receiver answered is not HTTP.")
        #expect(ConnectionFault.sentence(for: Strange()) == "The connection failed: Strange.")
    }
}
