import Messaging
import Postgres
import Schema

/// Says who people are, when another service has met one that it does not know.
struct PersonInquiries: Sendable {
    let people: People

    /// Answers on the bus; adds the person of an external id if that is asked for.
    func answer(
        _ asked: PersonRequested, of account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        let person = try await person(asked, of: account, in: transaction)
        let reported = PersonReported(
            inquiryID: asked.inquiryID, customerID: person?.id, externalID: person?.givenExternalID)
        try people.outbox.append(
            reported, subject: asked.inquiryID.description, sequence: 1, account: account, in: transaction)
    }

    private func person(
        _ asked: PersonRequested, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Person? {
        if let id = asked.customerID {
            return try await people.lock(.id(id), of: account, in: transaction).people.first
        }
        guard let externalID = asked.externalID else { return nil }
        if let known = try await people.lock(.external(externalID), of: account, in: transaction).people.first {
            return known
        }
        guard asked.addsUnknown else { return nil }
        let report = CustomerReport(externalID: externalID)
        return try await people.upsert([report], of: account, in: transaction).first?.get().person
    }
}
