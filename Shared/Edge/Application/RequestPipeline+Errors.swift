import Logging
import Postgres
import Schema

extension RequestPipeline {
    /// What the client is told of an error; whatever is not the client's doing is logged, without its data.
    func requestError(for error: any Error, _ exchange: Exchange) -> RequestError {
        if let error = error as? RequestError { return error }
        if exchange.isOutOfTime { return .timeout }
        switch error {
        case let error as PostgresError where error.isTransient || error.code == .closed:
            log(.warning, "database unavailable", error, exchange)
            return .unavailable
        case let error as PostgresError where error.sqlState?.classCode == "22":
            // A value that no column can hold came through the handler's checks: the client's fault, and a gap of ours.
            log(.error, "value refused by the database", error, exchange)
            return .rejected(code: "invalid_value", message: "A value of the request is not valid.")
        case EventError.tooLarge:
            // Within the limits of every field, and still more than one event can tell.
            return .payloadTooLarge
        case is CancellationError:
            return .unavailable
        case let error as PostgresError where error.code == .cancelled:
            return .unavailable
        case let error as PostgresError where error.sqlState == .queryCanceled:
            log(.warning, "statement timed out", error, exchange)
            return .timeout
        default:
            log(.error, "request failed", error, exchange)
            return .internalError
        }
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ error: any Error, _ exchange: Exchange) {
        var metadata: Logger.Metadata = [
            EdgeLogKey.requestID: "\(exchange.requestID)", EdgeLogKey.traceparent: "\(exchange.trace.traceparent)",
            EdgeLogKey.route: "\(exchange.endpoint?.route.name ?? "unmatched")",
            EdgeLogKey.error: "\(type(of: error))",
        ]
        switch error {
        case let error as PostgresError:
            // Its message may repeat values.
            metadata[EdgeLogKey.error] = "PostgresError \(error.code)"
            metadata[EdgeLogKey.query] = error.query.map { "\($0)" }
            metadata[EdgeLogKey.constraint] = error.constraint.map { "\($0)" }
            if let file = error.file, let line = error.line { metadata[EdgeLogKey.source] = "\(file):\(line)" }
        case DecodingError.keyNotFound(let key, let context):
            metadata[EdgeLogKey.source] = "\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            metadata[EdgeLogKey.source] = "\(context.codingPath.map(\.stringValue).joined(separator: "."))"
        default: break
        }
        logger.log(level: level, message, metadata: metadata)
    }
}
