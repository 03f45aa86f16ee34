"""rss2email keeps stories by their GUIDs, and puts each into a mail.

It asks for deltas, as feedparser below it does, and understands none.
"""

from __future__ import annotations

import mailbox
import re
import subprocess
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import pytest

from tests.server.live import SECONDS
from tests.server.readers.site import CHANGES, SECURED, check_news
from tests.tools import need

pytestmark = pytest.mark.process

CONFIG = """[DEFAULT]
from = feeds@readers.example
to = reader@readers.example
email-protocol = maildir
maildir-path = {folder}
maildir-mailbox = mail
date-header = True
verbose = error
{more}
"""


class Rss2email:
    """r2e with its files in a folder, delivering into a maildir."""

    def __init__(self, folder, site, more=""):
        self._folder, self._site, self._r2e = folder, site, need("r2e")
        folder.mkdir()
        text = CONFIG.format(folder=folder, more=more)
        for number, feed in enumerate(site.feeds):
            text += f"[feed.number{number}]\nurl = {feed}\n"
        (folder / "config").write_text(text, "utf-8")
        self._seen = set()

    def reload(self):
        """Fetch all feeds, and deliver what is new."""
        done = subprocess.run(
            [self._r2e, "-c", self._folder / "config", "-d", self._folder / "seen.json", "run"],
            env={"HOME": str(self._folder), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done

    def mails(self):
        """Return what was delivered since the last call, in that order."""
        box = mailbox.Maildir(self._folder / "mail")
        new = sorted(set(box.keys()) - self._seen, key=_order)
        self._seen.update(new)
        return [box[key] for key in new]

    def arrived(self):
        """Return the subjects of what was delivered, the last first."""
        found = {}
        for mail in reversed(self.mails()):
            path = self._site.path(mail["X-RSS-Feed"])
            found.setdefault(path, []).append(str(make_header(decode_header(mail["Subject"]))))
        return found


def _order(key):
    """Order deliveries as Python's maildir names them: the time, then a count."""
    seconds, micros, count = re.match(r"(\d+)\.M(\d+)P\d+Q(\d+)\.", key).groups()
    return int(seconds), int(micros), int(count)


@pytest.fixture
def rss2email(tmp_path, site):
    """r2e, which has subscribed to all feeds."""
    return Rss2email(tmp_path / "r2e", site)


def test_each_new_story_arrives_once(site, rss2email):
    """Also one in all three topics: once for each feed. Nothing is fetched that did not change."""
    assert {one.is_conditional for one in site.asked(rss2email).values()} == {False}
    assert rss2email.arrived() == site.carried()
    for stories in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        check_news(site.asked(rss2email), {})
        site.publish(stories)
        asked = site.asked(rss2email)
        # feedparser asks for deltas, but rss2email takes a 226 for an error: it would drop the
        # answer and keep its old tag, and so never see this feed again.
        check_news(asked, site.carried(*stories), told_by=(200,))
        assert {one.told["a-im"] for one in asked.values()} == {"feed"}
        assert all(one.told["user-agent"].startswith("feedparser/") for one in asked.values())
        assert rss2email.arrived() == site.carried(*stories)


def test_a_mail_says_what_the_story_says(site, rss2email):
    """Subject, date, address, and an id that no other mail has."""
    rss2email.reload()
    mails = rss2email.mails()
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 12
    assert len({mail["X-RSS-ID"] for mail in mails}) == len(site.stories)
    said = {
        (mail["Subject"], parsedate_to_datetime(mail["Date"]).isoformat()[:16], mail["X-RSS-URL"])
        for mail in mails
    }
    page = f"{site.address}/articles/a-note-of-ours"
    assert said == {
        (one["title"], one["publishedDateTime"][:16], one["webUrl"] or page)
        for one in site.stories.values()
    }
    assert all(f"Of {mail['Subject']}." in mail.get_payload() for mail in mails)


def test_nothing_comes_again(site, rss2email):
    """Neither from a store made anew, nor with other addresses, nor edited."""
    rss2email.reload()
    assert rss2email.arrived() == site.carried()
    for change in (*CHANGES, lambda site: site.edit("Models", title="Larger", excerpt="Of more.")):
        change(site)
        for _ in range(2):
            rss2email.reload()
        assert rss2email.arrived() == {}, change
    site.publish({"After all that": ["AI", "Space"]})
    rss2email.reload()
    assert rss2email.arrived() == site.carried("After all that")


def test_an_edit_is_a_reply_where_that_is_wanted(tmp_path, site):
    """Of the text: rss2email does not look at titles."""
    rss2email = Rss2email(tmp_path / "r2e", site, "reply-changes = True")
    rss2email.reload()
    first = {
        mail["X-RSS-Feed"]: mail["Message-ID"]
        for mail in rss2email.mails()
        if mail["Subject"] == SECURED
    }
    site.secure()
    site.edit("Models", title="Larger models")
    rss2email.reload()
    assert rss2email.mails() == []
    site.edit(SECURED, excerpt="Of those that learn fast.")
    rss2email.reload()
    replies = rss2email.mails()
    assert {mail["X-RSS-Feed"]: mail["In-Reply-To"] for mail in replies} == first
    assert len(replies) == len(first) == 4
