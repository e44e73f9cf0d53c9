internal import Schema

/// One aggregate's events on one topic: what is parked together.
struct ParkingKey: Hashable, Sendable {
    let topic: String
    let subject: String
}

extension EventEnvelope {
    var parkingKey: ParkingKey { ParkingKey(topic: topic, subject: subject) }
}
