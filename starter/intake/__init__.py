"""Complaints from elsewhere: files of other systems read line by line and turned into filings."""
