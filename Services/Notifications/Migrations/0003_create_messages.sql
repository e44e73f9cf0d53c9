-- As whom an account writes to people, and through whom its text messages go.
CREATE TABLE message_settings (
    account_id uuid PRIMARY KEY,
    sender_name text,
    sender_address text,
    reply_to text,
    sends_order_mail boolean NOT NULL DEFAULT true,
    -- The account's name at its SMS provider: incoming requests find their account by it.
    sms_account_sid text,
    sms_from text,
    sms_service_sid text,
    -- The provider's token, sealed.
    sms_secret text,
    updated_at timestamptz NOT NULL
);

-- One mail or text message to one person: the queue while queued, the log afterwards. Ids are UUIDv7.
CREATE TABLE messages (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    purpose text NOT NULL CHECK (purpose IN ('transactional', 'marketing')),
    template text NOT NULL,
    -- What it tells of, so that replayed events make no second one.
    source text,
    person_id uuid,
    -- Recipient and text, sealed; gone once the person's data was deleted.
    content text,
    -- The keyed digest of the address it went or is to go to; unknown until a person's address was looked up.
    address_digest text,
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'sent', 'delivered', 'failed', 'skipped')),
    -- Why it failed or was skipped, or what went wrong the last time.
    reason text,
    -- What allowed a marketing message: an entry of the consent ledger, or the event by which a person accepted
    -- marketing.
    consent_entry_id uuid,
    consent_event_id uuid,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    -- Not indexed, so that a claim is a heap-only update.
    leased_until timestamptz,
    -- Under what name the provider knows it.
    provider_id text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT messages_source_key UNIQUE (account_id, template, source)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

CREATE INDEX messages_queue ON messages (due_at) WHERE status = 'queued';
CREATE INDEX messages_log ON messages (account_id, id);
CREATE INDEX messages_person ON messages (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX messages_address ON messages (account_id, address_digest) WHERE address_digest IS NOT NULL;
CREATE INDEX messages_provider ON messages (account_id, provider_id) WHERE provider_id IS NOT NULL;

-- People as the consent service tells of them, for the addresses of messages to a profile and for mail marketing.
CREATE TABLE message_people (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    -- Sealed details of the person.
    person text NOT NULL,
    email_digest text,
    phone_digest text,
    accepts_marketing boolean NOT NULL,
    -- The event that said so first.
    accepts_event_id uuid NOT NULL,
    -- The number of the last event that counted.
    sequence bigint NOT NULL
);

CREATE INDEX message_people_email ON message_people (account_id, email_digest) WHERE email_digest IS NOT NULL;

-- Who people turned out to be.
CREATE TABLE message_people_joined (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    successor_id uuid NOT NULL
);

CREATE INDEX message_people_joined_successor ON message_people_joined (successor_id);

-- The last entry of the consent ledger for a person at an address.
CREATE TABLE message_consents (
    account_id uuid NOT NULL,
    channel text NOT NULL,
    address_digest text NOT NULL,
    person_id uuid NOT NULL,
    is_granted boolean NOT NULL,
    entry_id uuid NOT NULL,
    -- Sealed number or mail address.
    address text NOT NULL,
    -- When the consent service wrote it down, and whose event told so.
    recorded_at timestamptz NOT NULL,
    subject text NOT NULL,
    PRIMARY KEY (account_id, channel, address_digest, person_id)
);

CREATE INDEX message_consents_person ON message_consents (person_id);

-- Numbers that have answered STOP here. The consent service hears of it over the bus; nothing is sent meanwhile.
CREATE TABLE message_stops (
    account_id uuid NOT NULL,
    address_digest text NOT NULL,
    stopped_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, address_digest)
);
