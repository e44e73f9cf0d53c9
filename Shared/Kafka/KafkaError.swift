import CRDKafka

/// What went wrong in a Kafka client.
public struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// librdkafka's error code: positive ones are the broker's (Kafka protocol), negative ones the client's.
    public let code: Int32
    /// The code's name, such as `UNKNOWN_TOPIC_OR_PART` or `_TRANSPORT`.
    public let name: String
    /// What happened, for people. Contains no payload.
    public let message: String
    /// The same call may succeed later. A record whose sending failed so may nevertheless have been written.
    public let isRetriable: Bool
    /// The client object is of no more use.
    public let isFatal: Bool

    /// `name: message`.
    public var description: String { "\(name): \(message)" }

    init(
        _ code: rd_kafka_resp_err_t, _ message: String? = nil, isRetriable: Bool? = nil, isFatal: Bool = false
    ) {
        self.code = code.rawValue
        self.name = String(cString: rd_kafka_err2name(code))
        self.message = message ?? String(cString: rd_kafka_err2str(code))
        self.isRetriable = isRetriable ?? !Self.permanentCodes.contains(code.rawValue)
        self.isFatal = isFatal
    }

    /// The client was closed.
    static let closed = KafkaError(
        RD_KAFKA_RESP_ERR__DESTROY, "the client is closed", isRetriable: false, isFatal: true)
    /// The waiting task was cancelled; what was sent may still be written.
    static let cancelled = KafkaError(RD_KAFKA_RESP_ERR__INTR, "the task was cancelled", isRetriable: true)
    /// No broker has answered yet.
    static let noBroker = KafkaError(RD_KAFKA_RESP_ERR__TRANSPORT, "no broker has answered", isRetriable: true)

    /// Most failures of a distributed log pass; these don't, whatever the number of attempts.
    private static let permanentCodes: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
            RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED, RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR__AUTHENTICATION,
            RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, RD_KAFKA_RESP_ERR__DESTROY, RD_KAFKA_RESP_ERR__UNKNOWN_GROUP,
            RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
            RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
            RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS,
            RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, RD_KAFKA_RESP_ERR_INVALID_CONFIG,
            RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
            RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS,
        ].map(\.rawValue))
}
