/// What is known of mail domains and mailboxes, all in lower case. A domain stands for those below it too.
public struct EmailLists: Hashable, Sendable {
    /// Domains whose mailboxes are thrown away after use.
    public var disposableDomains: Set<String>
    /// Domains that take mail for every name, so that no mailbox can be told from none.
    public var catchAllDomains: Set<String>
    /// Domains that mail often does not reach: misspelt ones, abandoned ones.
    public var lowDeliverabilityDomains: Set<String>
    /// Addresses and domains that bounced or complained.
    public var suppressed: Set<String>
    /// Addresses and domains that exist to catch senders of unwanted mail.
    public var spamTraps: Set<String>
    /// Local parts that stand for a task, not for a person.
    public var roleLocalParts: Set<String>
    /// Local parts that take complaints.
    public var abuseLocalParts: Set<String>

    public init(
        disposableDomains: Set<String>, catchAllDomains: Set<String>, lowDeliverabilityDomains: Set<String>,
        suppressed: Set<String>, spamTraps: Set<String>, roleLocalParts: Set<String>, abuseLocalParts: Set<String>
    ) {
        self.disposableDomains = disposableDomains
        self.catchAllDomains = catchAllDomains
        self.lowDeliverabilityDomains = lowDeliverabilityDomains
        self.suppressed = suppressed
        self.spamTraps = spamTraps
        self.roleLocalParts = roleLocalParts
        self.abuseLocalParts = abuseLocalParts
    }
}

extension EmailLists {
    /// What holds for everyone. Catch-all domains, suppressed addresses and traps are an account's own knowledge.
    public static let standard = EmailLists(
        disposableDomains: words(disposable), catchAllDomains: [], lowDeliverabilityDomains: words(misspelt),
        suppressed: [], spamTraps: [], roleLocalParts: words(roles), abuseLocalParts: ["abuse", "complaints", "fbl"])

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private static let disposable = """
        0-mail.com 10mail.org 10minutemail.com 10minutemail.net 1secmail.com 1secmail.net 1secmail.org
        20minutemail.com 33mail.com anonbox.net anonymbox.com armyspy.com bccto.me boun.cr bouncr.com
        burnermail.io byom.de cock.li crazymailing.com cuvox.de dayrep.com deadaddress.com despam.it
        discard.email discardmail.com discardmail.de dispostable.com dodgit.com drdrb.net dropmail.me
        e4ward.com easytrashmail.com einrot.com email-fake.com emailfake.com emailondeck.com emailsensei.com
        emailtemporanea.com emltmp.com fakeinbox.com fakemail.net fakemailgenerator.com filzmail.com
        fleckens.hu getairmail.com getnada.com gishpuppy.com grr.la guerrillamail.biz guerrillamail.com
        guerrillamail.de guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com
        gustr.com harakirimail.com hidemail.de hmamail.com hulapla.de incognitomail.org inboxbear.com
        inboxkitten.com jetable.org jourrapide.com kasmail.com kurzepost.de linshiyouxiang.net mail-temp.com
        mail-temporaire.fr mail.tm mail7.io maildrop.cc mailcatch.com mailexpire.com mailforspam.com
        mailinator.com mailinator.net mailinator2.com mailmoat.com mailnesia.com mailnull.com mailpoof.com
        mailsac.com mailtemp.info mailtothis.com meltmail.com minuteinbox.com mintemail.com moakt.com
        moakt.ws mohmal.com mt2015.com mvrht.com my10minutemail.com mytemp.email mytrashmail.com nada.email
        neverbox.com no-spam.ws nospam.ze.tc nwytg.net objectmail.com onetimeemail.net pokemail.net
        proxymail.eu rcpt.at rhyta.com safetymail.info sendspamhere.com sharklasers.com shieldedmail.com
        smailpro.com sneakemail.com sogetthis.com spam4.me spamavert.com spambog.com spambog.de spambox.us
        spamcero.com spamday.com spamex.com spamfree24.org spamgourmet.com spamhole.com spamify.com
        spaml.com spammotel.com spamobox.com spamspot.com superrito.com tafmail.com teleworm.us temp-mail.io
        temp-mail.org temp-mail.ru tempail.com tempemail.net tempinbox.com tempmail.de tempmail.eu
        tempmail.net tempmail.plus tempmailaddress.com tempmailo.com tempr.email thankyou2010.com
        throwam.com throwawaymail.com tmail.ws tmailinator.com tmpmail.net tmpmail.org trash-mail.at
        trash-mail.com trash-mail.de trashmail.at trashmail.com trashmail.de trashmail.me trashmail.net
        trashmail.ws trbvm.com wegwerfemail.de wegwerfmail.de wegwerfmail.net wegwerfmail.org yopmail.com
        yopmail.fr yopmail.net zetmail.com zoemail.org
        """

    private static let roles = """
        accounting accounts admin administrator all billing careers compliance contact customerservice devnull
        dns everyone finance ftp hello help helpdesk hostmaster hr info inquiries investorrelations invoices
        it jobs legal list list-request mail mailer-daemon maildaemon marketing media news newsletter no-reply
        nobody noc noreply null office ops orders payroll postmaster press privacy purchasing recruiting
        registrar remove request reservations returns root sales security service shipping spam staff
        subscribe support sysadmin system team tech unsubscribe usenet uucp webmaster www
        """

    private static let misspelt = """
        aol.co comcast.ner gamil.com gmai.com gmail.cm gmail.co gmail.con gmaill.com gmal.com gmial.com
        gmil.com gnail.com hotmai.com hotmail.co hotmail.con hotmal.com hotmial.com hotnail.com icloud.co
        icloud.con iclould.com outlok.com outloo.com outlook.co outlook.con yaho.com yahoo.cm yahoo.co
        yahoo.con yahooo.com yhaoo.com yhoo.com ymail.co
        """
}
