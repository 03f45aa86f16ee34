"""rss2email sends each entry as a mail, and stores the ids of entries.

It sends ``A-IM: feed`` through feedparser, but does not understand deltas.
"""

from __future__ import annotations

import mailbox
import re
import subprocess
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import pytest

from tests.external_programs import require_tool
from tests.server.live import TIMEOUT_SECONDS
from tests.server.readers.site import CHANGES, WITH_NEW_SCHEME, check_responses

pytestmark = pytest.mark.process

CONFIG = """[DEFAULT]
from = feeds@readers.example
to = reader@readers.example
email-protocol = maildir
maildir-path = {folder}
maildir-mailbox = mail
date-header = True
verbose = error
{extra}
"""


class Rss2email:
    """Runs r2e with its files in a folder; it delivers into a maildir."""

    def __init__(self, folder, site, extra_config=""):
        self._folder, self._site, self._r2e = folder, site, require_tool("r2e")
        folder.mkdir()
        text = CONFIG.format(folder=folder, extra=extra_config)
        for number, url in enumerate(site.feeds):
            text += f"[feed.number{number}]\nurl = {url}\n"
        (folder / "config").write_text(text, "utf-8")
        self._seen = set()

    def reload(self):
        """Request all feeds, and deliver new entries."""
        completed = subprocess.run(
            [self._r2e, "-c", self._folder / "config", "-d", self._folder / "seen.json", "run"],
            env={"HOME": str(self._folder), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert (completed.returncode, completed.stderr) == (0, ""), completed

    def new_mails(self):
        """Return mails delivered since the last call, in the order of delivery."""
        maildir = mailbox.Maildir(self._folder / "mail")
        new_keys = sorted(set(maildir.keys()) - self._seen, key=_delivery_order)
        self._seen.update(new_keys)
        return [maildir[key] for key in new_keys]

    def new_titles(self):
        """Return the subjects of new mails by feed path, the last one first."""
        titles = {}
        for mail in reversed(self.new_mails()):
            path = self._site.path(mail["X-RSS-Feed"])
            titles.setdefault(path, []).append(str(make_header(decode_header(mail["Subject"]))))
        return titles


def _delivery_order(key):
    """Return the sort key of a file in a maildir, which Python names by time and a counter."""
    seconds, micros, count = re.match(r"(\d+)\.M(\d+)P\d+Q(\d+)\.", key).groups()
    return int(seconds), int(micros), int(count)


@pytest.fixture
def rss2email(tmp_path, site):
    """Return rss2email, subscribed to all feeds."""
    return Rss2email(tmp_path / "r2e", site)


def test_new_article_is_sent_once(site, rss2email):
    """An article of all topics is sent once for each feed; unchanged feeds are not sent."""
    exchanges = site.record_reload(rss2email).values()
    assert {exchange.is_conditional for exchange in exchanges} == {False}
    assert rss2email.new_titles() == site.titles_by_feed()
    for articles in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        check_responses(site.record_reload(rss2email), {})
        site.publish(articles)
        exchanges = site.record_reload(rss2email)
        # feedparser accepts deltas, but rss2email treats a 226 as an error: it would drop the
        # response and keep its old ETag, and so never read this feed again.
        check_responses(exchanges, site.titles_by_feed(*articles), statuses=(200,))
        requests = [exchange.request_headers for exchange in exchanges.values()]
        assert {headers["a-im"] for headers in requests} == {"feed"}
        assert all(headers["user-agent"].startswith("feedparser/") for headers in requests)
        assert rss2email.new_titles() == site.titles_by_feed(*articles)


def test_mail_has_the_fields_of_the_article(site, rss2email):
    """It has subject, date and URL of the article, and a unique message id."""
    rss2email.reload()
    mails = rss2email.new_mails()
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 12
    assert len({mail["X-RSS-ID"] for mail in mails}) == len(site.articles)
    mail_fields = {
        (mail["Subject"], parsedate_to_datetime(mail["Date"]).isoformat()[:16], mail["X-RSS-URL"])
        for mail in mails
    }
    page_url = f"{site.url}/articles/a-note-of-ours"
    assert mail_fields == {
        (fields["title"], fields["publishedDateTime"][:16], fields["webUrl"] or page_url)
        for fields in site.articles.values()
    }
    assert all(f"Of {mail['Subject']}." in mail.get_payload() for mail in mails)


def test_no_article_is_sent_again(site, rss2email):
    """Neither after a rebuild nor with changed URLs nor edited."""
    rss2email.reload()
    assert rss2email.new_titles() == site.titles_by_feed()
    for change in (*CHANGES, lambda site: site.edit("Models", title="Larger", excerpt="Of more.")):
        change(site)
        for _ in range(2):
            rss2email.reload()
        assert rss2email.new_titles() == {}, change
    site.publish({"After all that": ["AI", "Space"]})
    rss2email.reload()
    assert rss2email.new_titles() == site.titles_by_feed("After all that")


def test_edit_is_a_reply_with_the_option_reply_changes(tmp_path, site):
    """rss2email compares the text only, not the title."""
    rss2email = Rss2email(tmp_path / "r2e", site, "reply-changes = True")
    rss2email.reload()
    message_ids = {
        mail["X-RSS-Feed"]: mail["Message-ID"]
        for mail in rss2email.new_mails()
        if mail["Subject"] == WITH_NEW_SCHEME
    }
    site.use_https()
    site.edit("Models", title="Larger models")
    rss2email.reload()
    assert rss2email.new_mails() == []
    site.edit(WITH_NEW_SCHEME, excerpt="Of those that learn fast.")
    rss2email.reload()
    replies = rss2email.new_mails()
    assert {mail["X-RSS-Feed"]: mail["In-Reply-To"] for mail in replies} == message_ids
    assert len(replies) == len(message_ids) == 4
