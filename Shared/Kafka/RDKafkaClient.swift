import CRDKafka

/// Owns one `rd_kafka_t` and its event queue.
///
/// `@unchecked Sendable`: librdkafka's functions are thread-safe, the pointers never change, and whoever calls
/// ``destroy()`` has made sure that nobody else has the object any more.
final class RDKafkaClient: @unchecked Sendable {
    let handle: OpaquePointer
    let queue: OpaquePointer
    private let log: Unmanaged<LogSink>?

    enum Kind { case producer, consumer }

    /// Makes the client; it connects in the background.
    /// - Parameters:
    ///   - defaults: settings of this module; the configuration's properties win over them.
    ///   - events: what arrives in the queue, `RD_KAFKA_EVENT_…`.
    init(
        _ kind: Kind, configuration: KafkaConfiguration, defaults: [String: String], events: Int32
    ) throws(KafkaError) {
        guard let conf = rd_kafka_conf_new() else { throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE) }
        var settings = defaults.merging(configuration.properties) { _, property in property }
        settings["bootstrap.servers"] = configuration.brokers
        settings["client.id"] = configuration.clientID
        // Since 2.2 a consumer whose queue was full rests for a second, unless it is told otherwise.
        if kind == .consumer, rd_kafka_version() >= 0x02_02_00_00 {
            settings["fetch.queue.backoff.ms"] = settings["fetch.queue.backoff.ms"] ?? "10"
        }
        var text = [CChar](repeating: 0, count: 512)
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard rd_kafka_conf_set(conf, name, value, &text, text.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(conf)
                throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, Self.string(text), isFatal: true)
            }
        }
        log = configuration.onLog.map { Unmanaged.passRetained(LogSink($0)) }
        rd_kafka_conf_set_opaque(conf, log?.toOpaque())
        // With no callback set at all, librdkafka would write to stderr.
        rd_kafka_conf_set_log_cb(conf) { client, level, facility, message in
            guard let client, let opaque = rd_kafka_opaque(client), let facility, let message else { return }
            let name = String(cString: facility)
            // One table of properties serves both kinds of clients: what the other kind needs is no mistake.
            guard name != "CONFWARN" else { return }
            Unmanaged<LogSink>.fromOpaque(opaque).takeUnretainedValue().receive(
                KafkaLogLine(severity: Int(level), facility: name, message: String(cString: message)))
        }
        rd_kafka_conf_set_events(conf, events)
        let type = kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        guard let handle = rd_kafka_new(type, conf, &text, text.count) else {
            rd_kafka_conf_destroy(conf)
            log?.release()
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, Self.string(text), isFatal: true)
        }
        if kind == .consumer { rd_kafka_poll_set_consumer(handle) }
        guard
            let queue = kind == .consumer ? rd_kafka_queue_get_consumer(handle) : rd_kafka_queue_get_main(handle)
        else {
            rd_kafka_destroy(handle)
            log?.release()
            throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, isFatal: true)
        }
        self.handle = handle
        self.queue = queue
    }

    /// Looks up where the topics' partitions are before the first record needs it: librdkafka 2.0 takes a second for it.
    func prepare(_ topics: [String]) {
        // The client keeps what it has learned about a topic when the reference is given back.
        for topic in topics { rd_kafka_topic_new(handle, topic, nil).map(rd_kafka_topic_destroy) }
    }

    /// Waits for the next event. Blocks the thread.
    func poll(atMost timeout: Duration) -> RDKafkaEvent? {
        rd_kafka_queue_poll(queue, timeout.milliseconds).map(RDKafkaEvent.init)
    }

    /// Ends the current or, if there is none, the next ``poll(atMost:)`` early.
    func interruptPoll() {
        rd_kafka_queue_yield(queue)
    }

    /// The cluster's id if the client knows it already. It follows the brokers: with a new, empty cluster behind the
    /// old address it changes as soon as the client has reconnected.
    var knownClusterID: String? { clusterID(atMost: .zero) }

    /// The cluster's id; blocks until it is known or the timeout has passed.
    func clusterID(atMost timeout: Duration) -> String? {
        guard let text = rd_kafka_clusterid(handle, timeout.milliseconds) else { return nil }
        defer { rd_kafka_mem_free(handle, text) }
        return String(cString: text)
    }

    /// The fatal error that the client has run into, if any.
    var fatalError: KafkaError? {
        guard rd_kafka_fatal_error(handle, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(handle, &text, text.count)
        return KafkaError(
            code, "the client is being replaced after a fatal error: \(Self.string(text))", isRetriable: true)
    }

    /// Frees everything; can block for seconds (known in librdkafka 2.0), so never call it where that hurts.
    func destroy() {
        rd_kafka_queue_destroy(queue)
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        log?.release()
    }

    static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Keeps the log closure alive for as long as the C client may call it.
private final class LogSink: Sendable {
    let receive: @Sendable (KafkaLogLine) -> Void

    init(_ receive: @escaping @Sendable (KafkaLogLine) -> Void) { self.receive = receive }
}

extension Duration {
    /// For C functions that take a time-out: rounded up, so that a short wait doesn't become a busy loop.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
