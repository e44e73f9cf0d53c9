public import Postgres

/// What an event handler writes in. Handlers hand it on to stores, which alone speak SQL.
public typealias Transaction = PostgresTransaction
