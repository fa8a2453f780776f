"""A web of many host names on loopback that does all that real servers do, and writes it down.

`Web` serves `Host`s that tests describe with `answers` and `lists`, or fill with real pages
(`real`); `log` says what was asked. `crawling` starts crawls over it that can be killed.
"""
