import Schema
import Testing

@testable import Notifications

@Suite struct RetryAfterTests {
    @Test(arguments: [
        ("120", 120), ("0", 0), ("-1", nil), ("", nil), ("soon", nil), ("99999999999999", 2_147_483_648),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ("Sun, 06 Foo 1994 08:50:37 GMT", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
    ]) func `reads seconds and dates`(text: String, seconds: Int?) throws {
        let now = try #require(Timestamp(rfc3339: "1994-11-06T08:49:37Z"))
        #expect(RetryAfter.wait(text, now: now) == seconds.map { .seconds($0) })
    }
}
