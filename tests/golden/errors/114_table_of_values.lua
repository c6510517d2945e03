time_s,count
1,2
3,4
