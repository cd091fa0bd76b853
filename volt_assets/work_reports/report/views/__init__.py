"""The views for those who may not see everything: the same data for the whole team, and for operations.

    group_size       which figures of groups may stand beside each other      team_view          totals without people
    operations_view  how the data and its collection are, without hours       view_files         one view -> its files

The view of a person is the individual report; team leads see the whole set.
"""
