import Foundation
import Logging
import Schema
import Synchronization
import Testing

@testable import ServiceKit

@Suite struct JSONLogHandlerTests {
    /// Collects lines instead of writing them to standard error.
    private final class Lines: Sendable {
        private let texts = Mutex<[String]>([])
        var output: LogOutput {
            LogOutput { line in self.texts.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        }
        var all: [String] { texts.withLock { $0 } }

        func last() throws -> [String: Any] {
            let line = try #require(all.last)
            #expect(line.hasSuffix("}\n"))
            #expect(line.filter { $0 == "\n" }.count == 1)
            return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private let lines = Lines()

    private func logger(_ level: Logger.Level = .trace, provider: Logger.MetadataProvider? = nil) -> Logger {
        Logger(label: "edge") { label in
            var handler = JSONLogHandler(label: label, service: .orders, level: level, output: lines.output)
            handler.metadataProvider = provider
            return handler
        }
    }

    @Test func aLineIsOneObject() throws {
        logger().warning("Out of stock", metadata: ["order": "ord_1", "count": "\(3)"])
        let object = try lines.last()
        #expect(object["level"] as? String == "warning")
        #expect(object["service"] as? String == "orders")
        #expect(object["logger"] as? String == "edge")
        #expect(object["message"] as? String == "Out of stock")
        #expect(object["order"] as? String == "ord_1")
        #expect(Timestamp(rfc3339: try #require(object["time"] as? String)) != nil)
    }

    @Test func everyTextSurvives() throws {
        let text = "quote \" backslash \\ newline \n return \r tab \t bell \u{7} emoji 🐪 é \u{2028}"
        logger().info("\(text)", metadata: ["key \"\n": "\(text)"])
        let object = try lines.last()
        #expect(object["message"] as? String == text)
        #expect(object["key \"\n"] as? String == text)
    }

    @Test func metadataIsFlattened() throws {
        logger().info(
            "m",
            metadata: [
                "http": ["status": .stringConvertible(200), "route": "GET /v1/orders", "inner": ["deep": "x"]],
                "topics": ["a", "b"], "ready": .stringConvertible(true), "duration_ms": .stringConvertible(1.5),
            ])
        let object = try lines.last()
        #expect(object["http.status"] as? Int == 200)
        #expect(object["http.route"] as? String == "GET /v1/orders")
        #expect(object["http.inner.deep"] as? String == "x")
        #expect(object["topics"] as? [String] == ["a", "b"])
        #expect(object["ready"] as? Bool == true)
        #expect(object["duration_ms"] as? Double == 1.5)
    }

    @Test func theCallersMetadataWins() throws {
        var logger = logger(provider: Logger.MetadataProvider { ["a": "provider", "b": "provider", "c": "provider"] })
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger.info("m", metadata: ["a": "call", "request_id": "req_1"])
        let object = try lines.last()
        #expect(object["a"] as? String == "call")
        #expect(object["b"] as? String == "provider")
        #expect(object["c"] as? String == "provider")
        #expect(object["request_id"] as? String == "req_1")
    }

    @Test func theTraceIsNamed() throws {
        let trace = try #require(
            TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        TraceContext.$current.withValue(trace) { logger().info("m") }
        #expect(try lines.last()["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
        logger().info("m", metadata: ["traceparent": "\(trace.traceparent)"])
        #expect(try lines.last()["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(try lines.last()["traceparent"] == nil)
        logger().info("m")
        #expect(try lines.last()["trace_id"] == nil)
    }

    @Test(arguments: ["authorization", "x-api-key", "Password", "data_keys", "headers.cookie", "webhook_secret"])
    func secretsAreReplaced(key: String) throws {
        logger().info("m", metadata: [key: "hunter2", "outer": [key: "hunter2"]])
        let object = try lines.last()
        #expect(object[key] as? String == "[redacted]")
        #expect(object["outer.\(key)"] as? String == "[redacted]")
        #expect(lines.all.last?.contains("hunter2") == false)
    }

    @Test func identifiersAreNoSecrets() {
        for key in ["key_id", "request_id", "account", "idempotency_key", "route"] {
            #expect(!JSONLogHandler.namesSecret(key), "\(key)")
        }
    }

    @Test func aNameOfTheHandlersOwnIsNotOverwritten() throws {
        logger().info("m", metadata: ["level": "ground", "message": "other"])
        let object = try lines.last()
        #expect(object["level"] as? String == "info")
        #expect(object["message"] as? String == "m")
        #expect(object["metadata.level"] as? String == "ground")
    }

    @Test func longTextsAreCutBetweenCharacters() throws {
        logger().info("\(String(repeating: "🐪", count: 5000))")
        let message = try #require(try lines.last()["message"] as? String)
        #expect(message == String(repeating: "🐪", count: 2048) + "…")
        logger().info("\("x" + String(repeating: "🐪", count: 5000))")
        #expect(try lines.last()["message"] as? String == "x" + String(repeating: "🐪", count: 2047) + "…")
    }

    @Test func theLevelFilters() {
        logger(.notice).info("quiet")
        #expect(lines.all.isEmpty)
    }

    @Test func anErrorIsAField() throws {
        logger().error("Failed", error: ConfigurationError(problems: ["a", "b"]))
        #expect(try lines.last()["error"] as? String == "a; b")
    }
}
